use task::task;

#[task(every = "30s")]
fn beat<'a>() {}

fn main() {}
