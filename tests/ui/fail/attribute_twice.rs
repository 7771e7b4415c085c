use task::task;

#[task(every = "30s")]
#[task(every = "day at 10:30")]
fn beat() {}

fn main() {}
