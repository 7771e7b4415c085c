use task::task;

#[task(every = "30s", threaded)]
async fn beat() {}

fn main() {}
