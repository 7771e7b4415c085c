use task::task;

#[task(every = "30s", tags = [1, io])]
fn beat() {}

fn main() {}
