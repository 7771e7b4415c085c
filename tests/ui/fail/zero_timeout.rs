use task::task;

#[task(every = "30s", timeout = "0s")]
fn beat() {}

fn main() {}
