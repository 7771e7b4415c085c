use task::task;

#[task(cron = "61 * * * *")]
fn beat() {}

fn main() {}
