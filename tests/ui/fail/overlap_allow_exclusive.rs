use task::task;

#[task(every = "30s", threaded, overlap = "allow", exclusive = "db")]
fn beat() {}

fn main() {}
