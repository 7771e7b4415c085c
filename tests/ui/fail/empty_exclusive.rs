use task::task;

#[task(every = "30s", exclusive = [])]
fn beat() {}

fn main() {}
