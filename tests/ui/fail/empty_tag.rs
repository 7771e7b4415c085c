use task::task;

#[task(every = "30s", tags = ["io", ""])]
fn beat() {}

fn main() {}
