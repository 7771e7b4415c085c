use task::task;

#[task(every = "1h", until = "30m")]
fn beat() {}

fn main() {}
