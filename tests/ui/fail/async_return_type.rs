use task::task;

#[task(every = "30s")]
async fn beat() -> Option<u8> {
    None
}

fn main() {}
