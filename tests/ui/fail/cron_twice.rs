use task::task;

#[task(cron = "@daily", cron = "@hourly")]
fn beat() {}

fn main() {}
