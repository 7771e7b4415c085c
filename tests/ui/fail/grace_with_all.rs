use task::task;

#[task(every = "30s", missed = "all", grace = "1m")]
fn beat() {}

fn main() {}
