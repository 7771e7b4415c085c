//! `between` leaves out what fires outside of some hours.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

// The clock starts on a Monday at midnight, in UTC.
#[task(every = "2h", between = "09:00 to 17:00", timezone = "UTC")]
fn by_day() {}

#[task(cron = "0 */2 * * *", between = "22:00 to 06:00", timezone = "UTC")]
fn by_night() {}

#[task(
    every = ["30s", "hour at :15", "day"],
    delay = "1h",
    cron = "0 * * * *",
    between = "09:00 and 17:30",
)]
fn on_each_schedule() {}

#[task(every = "30s aligned between 09:00 and 17:00", days = "mon-fri")]
fn beside_days() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    manager.check().unwrap();
    let text = |name: &str, job: usize| {
        manager.get(name).unwrap().jobs()[job]
            .schedule()
            .to_string()
    };
    assert_eq!(text("by_day", 0), "every 2h between 09:00 and 17:00 in UTC");
    for (job, kind) in [
        "every 30s",
        "every hour at :15",
        "every day",
        "delay 1h",
        "cron 0 * * * *",
    ]
    .into_iter()
    .enumerate()
    {
        let expected = format!("{kind} between 09:00 and 17:30");
        assert_eq!(text("on_each_schedule", job), expected);
    }
    assert_eq!(
        text("beside_days", 0),
        "every 30s aligned between 09:00 and 17:00 on mon-fri"
    );

    for _ in 0..24 {
        clock.advance(Duration::from_secs(3600));
        manager.run_pending();
    }
    let ran = |name: &str| manager[name].detail().unwrap().counters.ran;
    assert_eq!(ran("by_day"), 4); // 10, 12, 14 and 16.
    assert_eq!(ran("by_night"), 5); // 2, 4, 6, 22 and 24.
}
