use task::task;

#[task(every = ["30s", "hour at :15"], gap = "skip")]
fn beat() {}

fn main() {}
