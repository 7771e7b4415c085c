use task::task;

#[task(every = "30s", retry = 4294967296)]
fn beat() {}

fn main() {}
