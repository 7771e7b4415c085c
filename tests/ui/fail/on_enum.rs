use task::task;

#[task(every = "30s")]
enum Beat {}

fn main() {}
