use task::task;

#[task(at = "2026-12-24 18:00", start = "now")]
fn beat() {}

fn main() {}
