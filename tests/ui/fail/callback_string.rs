use task::task;

#[task(every = "30s", on_success = "done")]
fn beat() {}

fn done() {}

fn main() {}
