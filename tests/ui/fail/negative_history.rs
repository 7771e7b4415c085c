use task::task;

#[task(every = "30s", history = -1)]
fn beat() {}

fn main() {}
