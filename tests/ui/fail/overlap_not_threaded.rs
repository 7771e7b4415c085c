use task::task;

#[task(every = "30s", overlap = "skip")]
fn beat() {}

fn main() {}
