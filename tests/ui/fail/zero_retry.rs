use task::task;

#[task(every = "30s", retry = 0)]
fn beat() {}

fn main() {}
