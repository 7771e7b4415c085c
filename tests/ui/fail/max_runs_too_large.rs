use task::task;

#[task(every = "30s", max_runs = 18446744073709551616)]
fn beat() {}

fn main() {}
