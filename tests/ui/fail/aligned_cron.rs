use task::task;

#[task(cron = "*/5 * * * *", aligned)]
fn beat() {}

fn main() {}
