use task::task;

#[task(every = "30s on mon", days = "mon-fri")]
fn beat() {}

fn main() {}
