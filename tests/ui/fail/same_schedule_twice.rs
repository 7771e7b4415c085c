use task::task;

#[task(every = ["60s", "day at 10:30", "1m"])]
fn beat() {}

fn main() {}
