use task::task;

#[task(schedule = std::time::Duration::ZERO)]
fn beat() {}

fn main() {}
