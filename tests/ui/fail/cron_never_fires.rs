use task::task;

#[task(cron = "0 0 31 2 *")]
fn beat() {}

fn main() {}
