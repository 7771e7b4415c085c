use task::task;

#[task(at = "2026-12-24 24:00")]
fn beat() {}

fn main() {}
