use task::task;

#[task(every = "30s", disable_after = 0)]
fn beat() {}

fn main() {}
