use task::task;

#[task(every = "30s", 5, "1h", -, =)]
fn beat() {}

fn main() {}
