use task::task;

#[task(every = "30s", on_success = || 5)]
fn beat() {}

fn main() {}
