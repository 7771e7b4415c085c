use task::task;

#[task(every = "30s")]
fn beat() -> ! {
    loop {}
}

fn main() {}
