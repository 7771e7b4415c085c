use task::task;

#[task(every = "30s", when = || ())]
fn beat() {}

fn main() {}
