use task::task;

#[task(every = "day at 02:30", fold = "twice")]
fn beat() {}

fn main() {}
