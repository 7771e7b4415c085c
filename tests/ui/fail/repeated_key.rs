use task::task;

#[task(every = "30s", name = "a", every = "day at 10:30", name = "b", threaded, threaded)]
fn beat() {}

fn main() {}
