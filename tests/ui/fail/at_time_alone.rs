use task::task;

#[task(at = "18:00")]
fn beat() {}

fn main() {}
