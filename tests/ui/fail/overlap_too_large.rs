use task::task;

#[task(every = "30s", threaded, overlap = 4294967296)]
fn beat() {}

fn main() {}
