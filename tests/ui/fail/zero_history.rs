use task::task;

#[task(every = "30s", history = 0)]
fn beat() {}

fn main() {}
