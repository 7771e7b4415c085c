use task::task;

#[task(delay = "monday at 09:00")]
fn beat() {}

fn main() {}
