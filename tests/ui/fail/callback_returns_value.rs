use task::task;

#[task(every = "30s", on_success = done)]
fn beat() {}

fn done() -> usize {
    5
}

fn main() {}
