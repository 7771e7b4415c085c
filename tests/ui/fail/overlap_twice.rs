use task::task;

#[task(every = "30s", threaded, overlap = "skip", overlap = 2)]
fn beat() {}

fn main() {}
