use task::task;

#[task(every = "30s")]
mod beat {}

fn main() {}
