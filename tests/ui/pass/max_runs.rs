//! `max_runs` ends a job after so many runs.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

#[task(every = "10s", max_runs = 2)]
fn twice() {}

#[task(every = "1h", max_runs = 18_446_744_073_709_551_615)]
fn largest() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    let mut runs = 0;
    for _ in 0..10 {
        clock.advance(Duration::from_secs(10));
        runs += manager.run_pending();
    }
    assert_eq!(runs, 2);
}
