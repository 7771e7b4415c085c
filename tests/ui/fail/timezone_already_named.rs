use task::task;

#[task(every = "day at 10:30 in UTC", timezone = "Europe/Berlin")]
fn beat() {}

fn main() {}
