use task::task;

#[task(every = "30s", on_complete = |run, other| ())]
fn beat() {}

fn main() {}
