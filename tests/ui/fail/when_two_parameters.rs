use task::task;

#[task(every = "30s", when = |context, other| true)]
fn beat() {}

fn main() {}
