use task::task;

#[task(every = "2026-12-24 18:00")]
fn beat() {}

fn main() {}
