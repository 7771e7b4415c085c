use task::task;

#[task(every = "30s", retry = three, backoff = "10s")]
fn beat() {}

fn main() {}
