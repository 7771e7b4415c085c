use task::task;

#[task(every = "30s")]
fn beat() -> impl Future<Output = ()> {
    std::future::ready(())
}

fn main() {}
