use task::task;

#[task(every = "day at 02:30", gap = "skipp")]
fn beat() {}

fn main() {}
