use task::task;

#[task(every = "day at 10:75")]
fn beat() {}

fn main() {}
