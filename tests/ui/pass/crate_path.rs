//! `crate` says where the library is.

use std::time::Duration;

use task::{ManualClock, TaskManager};

mod prelude {
    pub use task as scheduler;
}

#[prelude::scheduler::task(every = "1s", crate = crate::prelude::scheduler)]
fn path() {}

#[prelude::scheduler::task(every = "1s", crate = "prelude::scheduler")]
fn string() {}

#[task::task(every = "1s", crate = ::task)]
fn absolute() {}

#[prelude::scheduler::task(
    every = "1s",
    when = |context| context.attempt() == 1,
    missed = "skip",
    on_success = |run| assert!(run.is_success()),
    on_skipped = |skip| assert!(skip.fires() > 0),
    crate = crate::prelude::scheduler
)]
fn with_parameters(
    context: &prelude::scheduler::Context,
    limit: prelude::scheduler::State<u8>,
) -> Result<(), String> {
    assert!(context.attempt() < u32::from(*limit));
    Ok(())
}

#[prelude::scheduler::task(every = "1s", crate = "prelude::scheduler")]
async fn awaited(limit: prelude::scheduler::State<u8>) {
    std::future::ready(limit).await;
}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder()
        .clock(clock.clone())
        .state(5_u8)
        .build();
    clock.advance(Duration::from_secs(1));
    manager.settle();
    assert_eq!(manager.tasks().len(), 5);
    for (name, task) in manager.tasks() {
        assert!(task.last().unwrap().is_success(), "{name}");
    }
}
