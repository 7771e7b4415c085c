use task::task;

#[task(cron = "*/5 * * * *", jitter = "5m")]
fn beat() {}

fn main() {}
