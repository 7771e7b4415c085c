use task::{State, task};

#[task(every = "30s")]
fn beat(_pool: &State<Pool>) {}

struct Pool;

fn main() {}
