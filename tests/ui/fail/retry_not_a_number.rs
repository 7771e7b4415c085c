use task::task;

#[task(every = "30s", retry = "3")]
fn beat() {}

fn main() {}
