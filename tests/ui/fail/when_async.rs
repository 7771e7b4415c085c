use task::task;

#[task(every = "30s", when = async || true)]
fn beat() {}

fn main() {}
