use task::task;

#[task(evry = "30s")]
fn beat() {}

fn main() {}
