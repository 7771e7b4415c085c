use task::task;

#[task(every = "sunday at 10:30", days = "mon-fri")]
fn beat() {}

fn main() {}
