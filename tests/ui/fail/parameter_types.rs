use task::{Context, task};

#[task(every = "30s")]
async fn beat(_first: usize, _context: &Context, _second: &'static str) {}

fn main() {}
