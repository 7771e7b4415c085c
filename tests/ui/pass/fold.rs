//! `fold` says which one is meant by a time over which the clock is set back.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

// In Berlin there are two 02:30 on the 27th of October 2024.
#[task(every = "day at 02:30", fold = "first", timezone = "Europe/Berlin")]
fn first() {}

#[task(cron = "30 2 * * *", fold = "last", timezone = "Europe/Berlin")]
fn last() {}

#[task(every = "day at 02:30", fold = "both", timezone = "Europe/Berlin")]
fn both() {}

// It is for those on which it has an effect.
#[task(every = ["30s", "monday at 02:30"], at = "2126-12-24 18:00", fold = "both", disabled)]
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
    assert_eq!(text("first", 0), "every day at 02:30 in Europe/Berlin");
    assert_eq!(
        text("last", 0),
        "cron 30 2 * * * fold last in Europe/Berlin"
    );
    assert_eq!(text("beside_others", 0), "every 30s");
    assert_eq!(text("beside_others", 1), "every monday at 02:30 fold both");
    assert_eq!(text("beside_others", 2), "at 2126-12-24 18:00");

    // To midnight of that day in UTC, an hour before the change.
    clock.advance(Duration::from_secs(300 * 24 * 3600));
    manager.run_pending();
    let next = |name: &str| manager[name].next_run().unwrap().to_rfc3339();
    assert_eq!(next("first"), "2024-10-27T00:30:00+00:00");
    assert_eq!(next("last"), "2024-10-27T01:30:00+00:00");
    assert_eq!(next("both"), "2024-10-27T00:30:00+00:00");
    clock.advance(Duration::from_secs(3600));
    manager.run_pending();
    assert_eq!(next("both"), "2024-10-27T01:30:00+00:00");
}
