use task::task;

#[task(every = "30s", threaded, overlap = queue)]
fn beat() {}

fn main() {}
