use task::task;

#[task(every = "30s", crate = "my-task")]
fn beat() {}

fn main() {}
