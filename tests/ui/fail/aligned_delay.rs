use task::task;

#[task(every = "5m", delay = "30s", aligned)]
fn beat() {}

fn main() {}
