//! `every` takes a phrase or a list of phrases: one job each.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

#[task(every = "30s")]
fn one() {}

#[task(every = ["10s", "1h 30m", "5s to 10s", "day at 10:30 in Europe/Berlin", "mon-fri at 09:00"])]
fn many() {}

#[task(every = r"20s")]
fn raw_string() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    assert_eq!(manager.get("one").unwrap().jobs().len(), 1);
    assert_eq!(manager.get("many").unwrap().jobs().len(), 5);

    clock.advance(Duration::from_secs(4));
    assert_eq!(manager.run_pending(), 0);
    clock.advance(Duration::from_secs(16));
    assert!(manager.run_pending() >= 2);
}
