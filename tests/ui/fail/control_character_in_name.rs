use task::task;

#[task(every = "30s", name = "be\nat")]
fn beat() {}

fn main() {}
