use task::task;

#[task(every = "30s", on_complete = async || ())]
fn beat() {}

fn main() {}
