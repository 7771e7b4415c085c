use task::task;

#[task(every = [])]
fn beat() {}

fn main() {}
