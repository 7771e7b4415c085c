use task::task;

#[task(every = "1h", until = "tomorrow")]
fn beat() {}

fn main() {}
