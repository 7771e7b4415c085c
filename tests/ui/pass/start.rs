//! `start` says when a task runs first.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

#[task(every = "1h", start = "now")]
fn now() {}

#[task(every = "1h", start = "10s")]
fn later() {}

// The first run is before the end, although the period is longer than that.
#[task(every = "10h", start = "5m", until = "6m", at = "2126-12-24 18:00")]
fn short() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    assert_eq!(manager.run_pending(), 1);
    clock.advance(Duration::from_secs(10));
    assert_eq!(manager.run_pending(), 1);
}
