use task::task;

#[task(every = "30s", jitter = "0s")]
fn beat() {}

fn main() {}
