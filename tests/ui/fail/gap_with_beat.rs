use task::task;

#[task(cron = "*/5 * * * *", gap = "skip")]
fn beat() {}

fn main() {}
