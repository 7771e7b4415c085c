use task::task;

#[task(every = "30s", on_success = done)]
fn beat() {}

fn done(count: usize) {
    let _ = count;
}

fn main() {}
