use task::task;

#[task(every = "30s", on_failed = 5)]
fn beat() {}

fn main() {}
