use task::task;

#[task(every = "30s", threded, overlap = "queue")]
fn beat() {}

fn main() {}
