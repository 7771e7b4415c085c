use task::task;

#[task(every = ["1h", "30s for 1h"], until = "2h")]
fn beat() {}

fn main() {}
