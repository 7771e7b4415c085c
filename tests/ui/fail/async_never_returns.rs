use task::task;

#[task(every = "30s")]
async fn beat() -> ! {
    loop {}
}

fn main() {}
