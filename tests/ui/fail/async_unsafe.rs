use task::task;

#[task(every = "30s")]
async unsafe fn beat() {}

fn main() {}
