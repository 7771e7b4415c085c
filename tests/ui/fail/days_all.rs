use task::task;

#[task(every = "30s", days = "mon-sun")]
fn beat() {}

fn main() {}
