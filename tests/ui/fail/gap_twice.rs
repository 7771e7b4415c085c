use task::task;

#[task(every = "day at 02:30 gap shift", gap = "skip")]
fn beat() {}

fn main() {}
