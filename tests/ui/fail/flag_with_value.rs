use task::task;

#[task(every = "30s", threaded = true, aligned = "yes", disabled(false))]
fn beat() {}

fn main() {}
