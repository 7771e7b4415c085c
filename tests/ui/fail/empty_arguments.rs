use task::task;

#[task()]
fn beat() {}

fn main() {}
