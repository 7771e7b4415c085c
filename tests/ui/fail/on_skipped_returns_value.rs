use task::task;

#[task(every = "30s", on_skipped = || 5)]
fn beat() {}

fn main() {}
