//! `jitter` moves a start by less than it says.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

#[task(every = "1h", jitter = "2s")]
fn beat() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    clock.advance(Duration::from_secs(3599));
    assert_eq!(manager.run_pending(), 0);
    clock.advance(Duration::from_secs(3));
    assert_eq!(manager.run_pending(), 1);
}
