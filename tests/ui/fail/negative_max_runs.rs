use task::task;

#[task(every = "30s", max_runs = -1)]
fn beat() {}

fn main() {}
