//! `schedule` takes expressions, also with names of the user's.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

#[task(schedule = every(10).seconds())]
fn fluent() {}

#[task(schedule = [every(1).day().at("10:30"), task::every(5).to(10).minutes(), "every 30s"])]
fn many() {}

#[task(schedule = {
    let seconds = 10;
    every(2 * seconds).seconds()
}, every = "40s")]
fn block() {}

#[task(schedule = nightly())]
fn own_function() {}

#[task(schedule = Schedule::interval(PERIOD))]
fn result() {}

#[task(schedule = "every hour at :15")]
fn text() {}

const PERIOD: Duration = Duration::from_secs(50);

fn nightly() -> task::Schedule {
    "day at 02:00".parse().unwrap()
}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    assert_eq!(manager.get("many").unwrap().jobs().len(), 3);
    assert_eq!(manager.get("block").unwrap().jobs().len(), 2);
    assert_eq!(manager.get("result").unwrap().jobs().len(), 1);

    clock.advance(Duration::from_secs(20));
    assert_eq!(manager.run_pending(), 2);
}
