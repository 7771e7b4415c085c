use task::task;

#[task(every = "30s", retry = 3, backoff = 10)]
fn beat() {}

fn main() {}
