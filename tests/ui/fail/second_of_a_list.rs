use task::task;

#[task(every = ["30s", "0s", "day at 25:00"])]
fn beat() {}

fn main() {}
