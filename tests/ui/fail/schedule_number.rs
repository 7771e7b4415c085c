use task::task;

#[task(schedule = 30)]
fn beat() {}

fn main() {}
