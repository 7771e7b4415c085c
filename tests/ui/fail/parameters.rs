use task::task;

#[task(every = "30s")]
fn beat(_first: usize, _second: &str) {}

fn main() {}
