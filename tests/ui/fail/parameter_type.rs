use task::task;

#[task(every = "30s")]
fn beat(_times: u32) {}

fn main() {}
