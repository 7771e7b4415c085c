use task::task;

#[task(delay = "30s", fold = "both")]
fn beat() {}

fn main() {}
