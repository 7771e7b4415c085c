use task::task;

#[task(every = "30s", missed, grace = "1m")]
fn beat() {}

fn main() {}
