use task::task;

#[task(every = "30s", on_skipped = note())]
fn beat() {}

fn note() {}

fn main() {}
