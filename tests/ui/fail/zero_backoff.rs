use task::task;

#[task(every = "30s", retry = 3, backoff = "0s")]
fn beat() {}

fn main() {}
