//! `missed` says what becomes of fires whose time has passed.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

#[task(every = "10s")]
fn not_said() {}

#[task(every = "10s", missed = "once")]
fn once() {}

#[task(every = "10s", missed = "skip")]
fn skip() {}

#[task(every = "10s", delay = "10h", missed = "all")]
fn all() {}

#[task(schedule = every(10).seconds(), missed = "all")]
fn of_an_expression() {}

#[task(at = "2126-12-24 18:00", missed = "skip")]
fn of_a_date() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    manager.check().unwrap();
    clock.advance(Duration::from_secs(35)); // Past 10, 20 and 30.
    manager.settle();
    let ran = |name: &str| manager[name].detail().unwrap().counters.ran;
    assert_eq!(ran("not_said"), 1);
    assert_eq!(ran("once"), 1);
    assert_eq!(ran("skip"), 0);
    assert_eq!(ran("all"), 3);
    assert_eq!(ran("of_an_expression"), 3);
}
