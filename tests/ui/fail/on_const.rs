use task::task;

#[task(every = "30s")]
const BEAT: fn() = main;

fn main() {}
