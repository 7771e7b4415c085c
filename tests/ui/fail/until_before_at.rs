use task::task;

#[task(at = "2026-12-24 18:00", until = "2026-12-24 17:00")]
fn beat() {}

fn main() {}
