use task::task;

#[task(every = "30s", name = "beat ")]
fn beat() {}

fn main() {}
