use task::task;

#[task(every, name, tags = , max_runs)]
fn beat() {}

fn main() {}
