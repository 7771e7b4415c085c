//! `at` runs once at each of its times, with or without an offset.

use task::{ManualClock, TaskManager, task};

#[task(at = "2126-12-24 18:00")]
fn one() {}

#[task(at = ["2126-12-24 18:00:30", "2126-12-31T23:59:59Z", "2126-12-31T23:59:59+01:00"])]
fn many() {}

#[task(
    at = "2126-12-24 18:00",
    until = "2126-12-24 18:00",
    jitter = "5s",
    timezone = "UTC"
)]
fn at_its_end() {}

fn main() {
    let manager = TaskManager::builder().clock(ManualClock::new()).build();
    assert_eq!(manager.get("one").unwrap().jobs().len(), 1);
    assert_eq!(manager.get("many").unwrap().jobs().len(), 3);
}
