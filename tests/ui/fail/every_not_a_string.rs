use task::task;

#[task(every = 30)]
fn beat() {}

fn main() {}
