use task::task;

#[task(every = "30s", parallel = "skip", threaded)]
fn beat() {}

fn main() {}
