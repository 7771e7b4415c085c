use task::{State, task};

#[task(every = "30s")]
fn beat<T>(_pool: State<T>) {}

fn main() {}
