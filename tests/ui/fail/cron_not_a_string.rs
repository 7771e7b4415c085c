use task::task;

#[task(cron = 5)]
fn beat() {}

fn main() {}
