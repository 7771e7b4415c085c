use task::task;

#[task(every = "30s", threadd, timezon = "UTC")]
fn beat() {}

fn main() {}
