use task::task;

#[task(every = "30s")]
fn beat() -> Option<u8> {
    None
}

fn main() {}
