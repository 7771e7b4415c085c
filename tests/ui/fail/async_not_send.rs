use std::rc::Rc;

use task::task;

#[task(every = "30s")]
async fn beat() {
    let shared = Rc::new(5);
    std::future::ready(()).await;
    drop(shared);
}

fn main() {}
