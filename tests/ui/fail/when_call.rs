use task::task;

#[task(every = "30s", when = is_night())]
fn beat() {}

fn is_night() -> bool {
    true
}

fn main() {}
