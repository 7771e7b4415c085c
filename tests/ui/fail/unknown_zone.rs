use task::task;

#[task(every = "day at 10:30", timezone = "Europe/Berln")]
fn beat() {}

fn main() {}
