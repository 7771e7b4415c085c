//! `grace` says how late a fire may be before it is skipped.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

#[task(every = "10s", missed = "skip", grace = "4s")]
fn too_late() {}

#[task(every = "10s", missed = "skip", grace = "1m 30s")]
fn late_enough() {}

#[task(grace = "6s", schedule = every(10).seconds(), missed = "skip")]
fn of_an_expression() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    manager.check().unwrap();
    clock.advance(Duration::from_secs(35));
    manager.settle();
    let ran = |name: &str| manager[name].detail().unwrap().counters.ran;
    assert_eq!(ran("too_late"), 0);
    assert_eq!(ran("late_enough"), 1);
    assert_eq!(ran("of_an_expression"), 1);
}
