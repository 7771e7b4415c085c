use task::task;

#[task(every = "0s")]
fn beat() {}

fn main() {}
