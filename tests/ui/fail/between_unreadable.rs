use task::task;

#[task(every = "30s", between = "09:00-17:00")]
fn beat() {}

fn main() {}
