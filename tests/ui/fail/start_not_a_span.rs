use task::task;

#[task(every = "30s", start = "soon")]
fn beat() {}

fn main() {}
