use task::task;

#[task(every = "30s", threaded, overlap = "3")]
fn beat() {}

fn main() {}
