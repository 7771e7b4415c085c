use task::task;

#[task(every = "30s", exclusive = ["db", "net "])]
fn beat() {}

fn main() {}
