use task::task;

#[task(every = "30s", missed = "skip", grace = "0s")]
fn beat() {}

fn main() {}
