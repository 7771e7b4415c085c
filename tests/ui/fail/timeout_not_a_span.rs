use task::task;

#[task(every = "30s", timeout = "10s to 20s")]
fn beat() {}

fn main() {}
