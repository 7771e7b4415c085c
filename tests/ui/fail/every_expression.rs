use task::task;

#[task(every = every(10).seconds())]
fn beat() {}

fn main() {}
