use task::{Context, task};

#[task(every = "30s")]
fn beat(_context: &'static Context) {}

fn main() {}
