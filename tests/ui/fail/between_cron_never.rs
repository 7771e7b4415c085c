use task::task;

#[task(cron = "0 18 * * *", between = "09:00 to 17:00")]
fn beat() {}

fn main() {}
