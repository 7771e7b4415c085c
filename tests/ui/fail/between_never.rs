use task::task;

#[task(every = "day at 10:30", between = "12:00 to 13:00")]
fn beat() {}

fn main() {}
