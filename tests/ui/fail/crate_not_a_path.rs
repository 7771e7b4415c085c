use task::task;

#[task(every = "30s", crate = 5)]
fn beat() {}

fn main() {}
