use task::task;

#[task(every = "30s")]
async fn beat() {}

fn main() {}
