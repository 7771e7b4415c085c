use task::task;

#[task(every = "day at 02:30 fold first", fold = "both")]
fn beat() {}

fn main() {}
