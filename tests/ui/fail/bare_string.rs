use task::task;

#[task("30s")]
fn beat() {}

fn main() {}
