use task::task;

#[task(every = "30s", overlapp = "skip", threaded)]
fn beat() {}

fn main() {}
