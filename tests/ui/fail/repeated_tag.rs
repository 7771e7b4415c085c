use task::task;

#[task(every = "30s", tags = ["io", "net", "io"])]
fn beat() {}

fn main() {}
