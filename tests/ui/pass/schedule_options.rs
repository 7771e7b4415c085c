//! The other options apply to the schedule of an expression too.

use task::{ManualClock, TaskManager, task};

#[task(schedule = every(10).seconds(), until = "15s")]
fn until() {}

#[task(schedule = every(1).day().at("10:30"), timezone = "Asia/Kathmandu")]
fn timezone() {}

#[task(schedule = every(5).minutes(), aligned)]
fn aligned() {}

#[task(schedule = every(10).hours(), start = "1s", jitter = "1s", max_runs = 1)]
fn start() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    let text = |name: &str| manager.get(name).unwrap().jobs()[0].schedule().to_string();
    assert_eq!(text("until"), "every 10s for 15s");
    assert_eq!(text("timezone"), "every day at 10:30 in Asia/Kathmandu");
    assert_eq!(text("aligned"), "every 5m aligned");
}
