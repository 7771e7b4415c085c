use task::task;

#[task(every = "30s", retry = 3, backoff = "1m to 1s")]
fn beat() {}

fn main() {}
