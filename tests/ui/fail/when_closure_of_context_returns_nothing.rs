use task::task;

#[task(every = "30s", when = |context| drop(context.task()))]
fn beat() {}

fn main() {}
