//! `history` says how many of the last runs are kept.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

#[task(every = "1s", history = 3)]
fn three() {}

#[task(every = "1s", history = 1)]
fn one() {}

#[task(every = "1s")]
fn as_the_builder_says() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder()
        .clock(clock.clone())
        .history(4)
        .build();
    for _ in 0..5 {
        clock.advance(Duration::from_secs(1));
        manager.run_pending();
    }
    assert_eq!(manager["three"].history().len(), 3);
    assert_eq!(manager["one"].history().len(), 1);
    assert_eq!(manager["as_the_builder_says"].history().len(), 4);
}
