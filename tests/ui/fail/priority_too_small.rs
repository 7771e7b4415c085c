use task::task;

#[task(every = "30s", priority = -2147483649)]
fn beat() {}

fn main() {}
