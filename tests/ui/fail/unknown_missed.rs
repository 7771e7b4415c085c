use task::task;

#[task(every = "30s", missed = "skp", grace = "1m")]
fn beat() {}

fn main() {}
