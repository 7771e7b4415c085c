use task::task;

#[task(delay = "0s")]
fn beat() {}

fn main() {}
