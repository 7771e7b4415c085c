use task::task;

#[task(every = "30s" threaded name = "a" "b")]
fn beat() {}

fn main() {}
