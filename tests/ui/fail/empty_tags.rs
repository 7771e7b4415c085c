use task::task;

#[task(every = "30s", tags = [])]
fn beat() {}

fn main() {}
