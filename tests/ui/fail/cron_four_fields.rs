use task::task;

#[task(cron = ["0 9 * * *", "0 9 * *"])]
fn beat() {}

fn main() {}
