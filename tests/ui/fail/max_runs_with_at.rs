use task::task;

#[task(at = "2026-12-24 18:00", max_runs = 2)]
fn beat() {}

fn main() {}
