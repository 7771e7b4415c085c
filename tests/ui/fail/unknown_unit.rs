use task::task;

#[task(every = "10 minuets")]
fn beat() {}

fn main() {}
