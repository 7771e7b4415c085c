use task::task;

#[task(every = "30s", max_runs = 0)]
fn beat() {}

fn main() {}
