use task::task;

#[task(every = "30s", when = true)]
fn beat() {}

fn main() {}
