use task::task;

#[task(every = "30s"suffix)]
fn beat() {}

fn main() {}
