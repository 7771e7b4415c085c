//! `gap` says what a time means over which the clock is set forward.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

// In Berlin there is no 02:30 on the 31st of March 2024.
#[task(every = "day at 02:30", gap = "after", timezone = "Europe/Berlin")]
fn after() {}

#[task(cron = "30 2 * * *", gap = "shift", timezone = "Europe/Berlin")]
fn shift() {}

#[task(every = "day at 02:30", gap = "skip", timezone = "Europe/Berlin")]
fn skip() {}

// It is for those on which it has an effect.
#[task(every = ["30s", "monday at 02:30"], at = "2126-12-24 18:00", gap = "skip", disabled)]
fn beside_others() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    manager.check().unwrap();
    let text = |name: &str, job: usize| {
        manager.get(name).unwrap().jobs()[job]
            .schedule()
            .to_string()
    };
    assert_eq!(text("after", 0), "every day at 02:30 in Europe/Berlin");
    assert_eq!(
        text("shift", 0),
        "cron 30 2 * * * gap shift in Europe/Berlin"
    );
    assert_eq!(text("beside_others", 0), "every 30s");
    assert_eq!(text("beside_others", 1), "every monday at 02:30 gap skip");
    assert_eq!(text("beside_others", 2), "at 2126-12-24 18:00 gap skip");

    // To midnight of that day in UTC, an hour before the change.
    clock.advance(Duration::from_secs(90 * 24 * 3600));
    manager.run_pending();
    let next = |name: &str| manager[name].next_run().unwrap().to_rfc3339();
    assert_eq!(next("after"), "2024-03-31T01:00:00+00:00");
    assert_eq!(next("shift"), "2024-03-31T01:30:00+00:00");
    assert_eq!(next("skip"), "2024-04-01T00:30:00+00:00");
}
