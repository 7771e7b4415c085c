use task::task;

#[task(every = "30s", priority = "high")]
fn beat() {}

fn main() {}
