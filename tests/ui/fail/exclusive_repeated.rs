use task::task;

#[task(every = "30s", exclusive = ["db", "net", "db"])]
fn beat() {}

fn main() {}
