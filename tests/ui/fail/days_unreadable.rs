use task::task;

#[task(every = "30s", days = "mon-fry")]
fn beat() {}

fn main() {}
