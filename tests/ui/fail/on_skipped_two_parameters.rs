use task::task;

#[task(every = "30s", on_skipped = |skip, run| ())]
fn beat() {}

fn main() {}
