use task::task;

#[task(every = "30s", between = "09:00 to 09:00")]
fn beat() {}

fn main() {}
