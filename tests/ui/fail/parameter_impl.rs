use task::{State, task};

#[task(every = "30s")]
fn beat(_pool: State<impl Clone>, _job: impl Fn()) {}

fn main() {}
