use task::task;

#[task(threaded, name = "beat")]
fn beat() {}

fn main() {}
