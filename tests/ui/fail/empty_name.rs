use task::task;

#[task(every = "30s", name = "")]
fn beat() {}

fn main() {}
