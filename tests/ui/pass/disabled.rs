//! `disabled` keeps a task from running until it is enabled.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

#[task(every = "10s", disabled)]
fn beat() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    assert!(!manager.get("beat").unwrap().is_enabled());
    clock.advance(Duration::from_secs(10));
    assert_eq!(manager.run_pending(), 0);
}
