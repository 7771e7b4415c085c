use task::task;

#[task(every = "30s", overlap = 3, exclusive = ["db", "net"])]
async fn beat() {}

fn main() {}
