use task::task;

#[task(every = "30s")]
unsafe fn beat() {}

fn main() {}
