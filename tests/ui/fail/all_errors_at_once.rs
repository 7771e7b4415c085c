use task::task;

#[task(every = "0s", evry = "30s", name = "", max_runs = 0)]
async fn beat(_count: usize) {}

fn main() {}
