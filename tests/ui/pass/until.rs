//! `until` takes a date-time, a time of day or a span.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

#[task(every = "10s", until = "25s")]
fn span() {}

#[task(every = "1h", until = "2126-12-24 18:00")]
fn date() {}

#[task(every = "1h", until = "18:00")]
fn time() {}

#[task(every = "1h", until = "2126-12-24T18:00:00Z")]
fn instant() {}

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
