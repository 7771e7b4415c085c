//! `days` leaves out what fires on other days.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

// The clock starts on a Monday at midnight, in UTC.
#[task(every = "day at 10:30", days = "mon-fri", timezone = "UTC")]
fn on_weekdays() {}

#[task(
    every = "6h",
    days = "sat, sun",
    between = "09:00 to 17:00",
    timezone = "UTC"
)]
fn at_weekends() {}

#[task(
    cron = "0 9 1 * *",
    every = "3 days at 10:30",
    days = "Monday and Friday"
)]
fn on_each_schedule() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    manager.check().unwrap();
    let text = |name: &str, job: usize| {
        manager.get(name).unwrap().jobs()[job]
            .schedule()
            .to_string()
    };
    assert_eq!(
        text("on_weekdays", 0),
        "every day at 10:30 on mon-fri in UTC"
    );
    assert_eq!(
        text("at_weekends", 0),
        "every 6h between 09:00 and 17:00 on sat, sun in UTC"
    );
    assert_eq!(text("on_each_schedule", 0), "cron 0 9 1 * * on mon, fri");
    assert_eq!(
        text("on_each_schedule", 1),
        "every 3 days at 10:30 on mon, fri"
    );

    for _ in 0..7 * 24 {
        clock.advance(Duration::from_secs(3600));
        manager.run_pending();
    }
    let ran = |name: &str| manager[name].detail().unwrap().counters.ran;
    assert_eq!(ran("on_weekdays"), 5);
    assert_eq!(ran("at_weekends"), 2); // At 12:00.
}
