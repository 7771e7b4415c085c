//! `timezone` is for the schedules that name none.

use task::{ManualClock, TaskManager, task};

#[task(every = ["day at 10:30", "day at 11:30 in UTC", "30s"], timezone = "Europe/Berlin")]
fn named() {}

#[task(every = "day at 10:30", timezone = "UTC")]
fn utc() {}

#[task(every = "day at 10:30", timezone = "local")]
fn local() {}

#[task(
    every = "30s",
    until = "2126-12-24 18:00",
    timezone = "America/New_York"
)]
fn of_until() {}

fn main() {
    let manager = TaskManager::builder().clock(ManualClock::new()).build();
    let text = |name: &str, job: usize| {
        manager.get(name).unwrap().jobs()[job]
            .schedule()
            .to_string()
    };
    assert_eq!(text("named", 0), "every day at 10:30 in Europe/Berlin");
    assert_eq!(text("named", 1), "every day at 11:30 in UTC");
    assert_eq!(text("named", 2), "every 30s");
    assert_eq!(text("utc", 0), "every day at 10:30 in UTC");
    assert_eq!(
        text("of_until", 0),
        "every 30s until 2126-12-24 18:00 in America/New_York"
    );
}
