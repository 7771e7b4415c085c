use task::task;

#[task(every = "day at 10:30", aligned)]
fn beat() {}

fn main() {}
