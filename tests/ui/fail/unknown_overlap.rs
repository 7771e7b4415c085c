use task::task;

#[task(every = "30s", threaded, overlap = "quue")]
fn beat() {}

fn main() {}
