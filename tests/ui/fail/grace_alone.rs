use task::task;

#[task(every = "30s", grace = "1m")]
fn beat() {}

fn main() {}
