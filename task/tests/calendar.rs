//! The calendar as the manager runs it: cron, windows, and the nights on which
//! the clock changes.
#![cfg(feature = "chrono-tz")]

mod common;

use chrono::{DateTime, Utc};
use common::{Log, at, secs};
use task::{Fold, Gap, ManualClock, Missed, Task, TaskManager, cron};

/// Runs a task minute by minute from one instant to another, and returns its fire times.
fn play(task: Task, from: &str, to: &str) -> Vec<DateTime<Utc>> {
    let clock = ManualClock::at(at(from));
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let log = Log::new();
    manager.add(log.of(task)).unwrap();
    while clock.now() < at(to) {
        clock.advance(secs(60));
        manager.run_pending();
    }
    let start = common::second(0);
    let fires = log.fires();
    fires
        .into_iter()
        .map(|fire| start + secs(fire as u64))
        .collect()
}

fn noop() -> Task {
    Task::new("noop", || ())
}

#[track_caller]
fn check(task: Task, from: &str, to: &str, expected: &[&str]) {
    let expected: Vec<_> = expected.iter().map(|text| at(text)).collect();
    assert_eq!(play(task, from, to), expected);
}

#[test]
fn a_night_in_which_the_clock_is_set_forward() {
    // Berlin, 2024-03-31: from 02:00 to 03:00, at 01:00 UTC.
    let (from, to) = ("2024-03-30T12:00:00Z", "2024-04-01T12:00:00Z");
    let nightly = || noop().cron("30 2 * * *").timezone("Europe/Berlin");
    check(
        nightly(),
        from,
        to,
        &["2024-03-31T01:00:00Z", "2024-04-01T00:30:00Z"],
    );
    check(
        nightly().gap(Gap::Shift),
        from,
        to,
        &["2024-03-31T01:30:00Z", "2024-04-01T00:30:00Z"],
    );
    check(
        nightly().gap(Gap::Skip),
        from,
        to,
        &["2024-04-01T00:30:00Z"],
    );
}

#[test]
fn a_night_in_which_the_clock_is_set_back() {
    // Berlin, 2024-10-27: from 03:00 to 02:00, at 01:00 UTC.
    let (from, to) = ("2024-10-26T12:00:00Z", "2024-10-27T12:00:00Z");
    let nightly = || noop().every("day at 02:30").timezone("Europe/Berlin");
    check(nightly(), from, to, &["2024-10-27T00:30:00Z"]);
    check(
        nightly().fold(Fold::Last),
        from,
        to,
        &["2024-10-27T01:30:00Z"],
    );
    let both = ["2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z"];
    check(nightly().fold(Fold::Both), from, to, &both);
}

#[test]
fn a_wildcard_keeps_its_beat_through_both_nights() {
    for from in ["2024-03-31T00:00:00Z", "2024-10-27T00:00:00Z"] {
        let to = at(from) + secs(3 * 3_600);
        let task = noop().cron("*/15 * * * *").timezone("Europe/Berlin");
        assert_eq!(play(task, from, &to.to_rfc3339()).len(), 12);
    }
}

#[test]
fn a_window_holds_by_the_wall_clock_of_its_zone() {
    // 09:00 to 10:00 in Berlin is 08:00 to 09:00 UTC in winter. A Friday.
    let task = noop()
        .every("20m")
        .between("09:00 to 10:00")
        .days("mon-fri")
        .timezone("Europe/Berlin");
    check(
        task,
        "2024-01-05T00:00:00Z",
        "2024-01-08T12:00:00Z",
        &[
            "2024-01-05T08:00:00Z",
            "2024-01-05T08:20:00Z",
            "2024-01-05T08:40:00Z",
            "2024-01-05T09:00:00Z",
            "2024-01-08T08:00:00Z",
            "2024-01-08T08:20:00Z",
            "2024-01-08T08:40:00Z",
            "2024-01-08T09:00:00Z",
        ],
    );
}

#[test]
fn ten_years_of_missed_fires_are_one_run_and_a_number() {
    for (task, missed) in [
        (noop().cron("* * * * *"), 5_261_039..=5_261_039),
        (noop().cron("*/5 9-17 * * 1-5"), 281_000..=282_000),
        (noop().cron("0 0 29 2 *"), 2..=2),
        (
            noop().every("10m").between("09:00 to 17:00"),
            178_000..=180_000,
        ),
    ] {
        let clock = ManualClock::new();
        let manager = TaskManager::builder().empty().clock(clock.clone()).build();
        let task = manager.add(task.timezone("Europe/Berlin")).unwrap();
        clock.set_wall(at("2034-01-01T12:00:00Z"));
        assert_eq!(manager.run_pending(), 1);
        let counters = task.detail().unwrap().counters;
        assert!(
            missed.contains(&counters.missed),
            "{} of {missed:?}",
            counters.missed
        );
        assert!(task.next_run().unwrap() > clock.now());
        assert_eq!(manager.run_pending(), 0);
    }
}

#[test]
fn the_last_thousand_of_ten_years_run_when_all_shall() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let log = Log::new();
    let task = Task::new("daily", || ())
        .schedule(cron("0 9 * * mon-fri"))
        .timezone("Europe/Berlin")
        .missed(Missed::All);
    manager.add(log.of(task)).unwrap();
    clock.set_wall(at("2034-01-01T12:00:00Z"));
    manager.settle();
    let fires = log.fires();
    assert_eq!(fires.len(), 1_000);
    assert!(fires.is_sorted_by(|a, b| a < b));
}

#[test]
fn a_task_keeps_its_window_when_it_is_rescheduled() {
    let manager = TaskManager::builder().empty().build();
    let task = noop()
        .every("10m")
        .between("09:00 to 17:00")
        .timezone("UTC");
    let task = manager.add(task).unwrap();
    task.reschedule("every 30m").unwrap();
    let schedule = task.jobs()[0].schedule().to_string();
    assert_eq!(schedule, "every 30m between 09:00 and 17:00 in UTC");
    let error = task.reschedule("day at 20:00").unwrap_err();
    assert!(error.is_invalid_schedule(), "{error}");
}
