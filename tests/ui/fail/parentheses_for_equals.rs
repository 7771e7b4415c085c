use task::task;

#[task(every("30s"), name: "beat", tags ["io"])]
fn beat() {}

fn main() {}
