use task::task;

#[task(every = "1h30")]
fn beat() {}

fn main() {}
