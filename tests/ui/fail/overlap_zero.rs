use task::task;

#[task(every = "30s", threaded, overlap = 0)]
fn beat() {}

fn main() {}
