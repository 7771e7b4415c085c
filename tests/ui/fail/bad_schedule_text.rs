use task::task;

#[task(schedule = "every 1h30")]
fn beat() {}

fn main() {}
