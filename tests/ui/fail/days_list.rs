use task::task;

#[task(every = "30s", days = ["mon", "fri"])]
fn beat() {}

fn main() {}
