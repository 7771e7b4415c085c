use task::task;

#[task(every = "day at 10:30 in Europe/Berln")]
fn beat() {}

fn main() {}
