use task::task;

#[task(delay = ["30s", "1m"], missed = "skip")]
fn beat() {}

fn main() {}
