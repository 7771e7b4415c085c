use task::task;

#[task(every = "30s", at = "2126-12-24 18:00", days = "mon-fri")]
fn beat() {}

fn main() {}
