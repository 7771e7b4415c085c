use task::task;

#[task(every = "30s", backoff = "10s")]
fn beat() {}

fn main() {}
