use task::task;

#[task(every = "day at 10:30", between = "09:00 to 17:00")]
fn beat() {}

fn main() {}
