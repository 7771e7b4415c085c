use task::task;

#[task(every = "30s", timezone = "UTC")]
fn beat() {}

fn main() {}
