use task::task;

#[task(every = ["1h", "30s"], jitter = "30s")]
fn beat() {}

fn main() {}
