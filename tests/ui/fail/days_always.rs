use task::task;

#[task(every = "monday at 10:30", days = "mon-fri")]
fn beat() {}

fn main() {}
