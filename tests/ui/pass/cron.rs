//! `cron` takes an expression or a list.

use std::time::Duration;

use task::{ManualClock, TaskManager, task};

#[task(cron = "*/10 * * * * *")]
fn seconds() {}

#[task(
    cron = ["0 9 * * MON-FRI", "0 0 L * *", "@daily", "@every 1h30m", "0 12 * * * in UTC"],
    timezone = "Europe/Berlin",
    until = "2126-12-24 18:00",
    jitter = "2s",
    max_runs = 5,
)]
fn list() {}

#[task(
    cron = "30 8 1,15 * *",
    every = "30s",
    at = "2126-12-24 18:00",
    start = "now"
)]
fn beside_others() {}

#[task(schedule = "cron 0 9 * * *")]
fn as_a_phrase() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    manager.check().unwrap();
    let text = |name: &str, job: usize| {
        manager.get(name).unwrap().jobs()[job]
            .schedule()
            .to_string()
    };
    assert_eq!(text("seconds", 0), "cron */10 * * * * *");
    assert_eq!(
        text("list", 0),
        "cron 0 9 * * mon-fri until 2126-12-24 18:00 in Europe/Berlin"
    );
    assert_eq!(
        text("list", 4),
        "cron 0 12 * * * until 2126-12-24 18:00 in UTC"
    );
    assert_eq!(text("beside_others", 0), "cron 30 8 1,15 * *");
    assert_eq!(text("as_a_phrase", 0), "cron 0 9 * * *");

    let ran = || manager["seconds"].detail().unwrap().counters.ran;
    for _ in 0..6 {
        clock.advance(Duration::from_secs(10));
        manager.run_pending();
    }
    assert_eq!(ran(), 6);
}
