use task::task;

#[task(cron = ["@daily", "0 0 * * *"])]
fn beat() {}

fn main() {}
