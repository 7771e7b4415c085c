use task::task;

#[task(every = "0s", evry = "30s", name = "", max_runs = 0)]
async unsafe fn beat(_job: impl Fn()) {}

fn main() {}
