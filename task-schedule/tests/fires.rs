//! When schedules fire where no clock is changed: what counts from the anchor,
//! what ignores it, and what a limit does.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use task_schedule::{Basis, Error, IntoSchedule, Schedule, Until, Zone, every};

/// A Wednesday.
const START: &str = "2026-03-04T10:30:20.5Z";

#[track_caller]
fn check(text: &str, anchor: &str, after: &str, expected: Option<&str>) {
    let next = schedule(text).next_after(instant(anchor), instant(after));
    assert_eq!(
        next,
        expected.map(instant),
        "`{text}` from {anchor} after {after}"
    );
}

#[track_caller]
fn schedule(text: &str) -> Schedule {
    let schedule: Schedule = text.parse().unwrap_or_else(|error| panic!("{error}"));
    schedule.or_timezone(Zone::UTC)
}

#[track_caller]
fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn intervals_count_from_the_anchor() {
    check("30s", START, START, Some("2026-03-04T10:30:50.5Z"));
    check(
        "30s",
        START,
        "2026-03-04T10:30:50.5Z",
        Some("2026-03-04T10:31:20.5Z"),
    );
    check(
        "30s",
        START,
        "2026-03-04T10:30:50.499999999Z",
        Some("2026-03-04T10:30:50.5Z"),
    );
    // The first is not at the anchor, and not before it.
    check(
        "30s",
        START,
        "2026-03-01T00:00:00Z",
        Some("2026-03-04T10:30:50.5Z"),
    );
    // A thousand years of missed fires.
    check(
        "30s",
        START,
        "3026-03-04T10:30:20Z",
        Some("3026-03-04T10:30:20.5Z"),
    );
    check("1ns", START, START, Some("2026-03-04T10:30:20.500000001Z"));
    check("36h", START, START, Some("2026-03-05T22:30:20.5Z"));
}

#[test]
fn aligned_intervals_ignore_the_anchor() {
    check("5m aligned", START, START, Some("2026-03-04T10:35:00Z"));
    check(
        "5m aligned",
        START,
        "2026-03-04T10:35:00Z",
        Some("2026-03-04T10:40:00Z"),
    );
    check(
        "5m aligned",
        "2030-01-01T00:00:00Z",
        START,
        Some("2026-03-04T10:35:00Z"),
    );
    check(
        "7s aligned",
        START,
        "1969-12-31T23:59:52Z",
        Some("1969-12-31T23:59:53Z"),
    );
    check("24h aligned", START, START, Some("2026-03-05T00:00:00Z"));
}

#[test]
fn days_with_a_time_begin_today_unless_they_are_several() {
    check("day at 10:31", START, START, Some("2026-03-04T10:31:00Z"));
    check("day at 10:30", START, START, Some("2026-03-05T10:30:00Z"));
    check(
        "day at 10:31",
        START,
        "2025-01-01T12:00:00Z",
        Some("2025-01-02T10:31:00Z"),
    );
    check(
        "2 days at 10:31",
        START,
        START,
        Some("2026-03-06T10:31:00Z"),
    );
    check(
        "2 days at 09:00",
        START,
        START,
        Some("2026-03-06T09:00:00Z"),
    );
    check(
        "2 days at 09:00",
        START,
        "2026-03-06T09:00:00Z",
        Some("2026-03-08T09:00:00Z"),
    );
    check(
        "2 days at 09:00",
        START,
        "2025-01-01T12:00:00Z",
        Some("2026-03-06T09:00:00Z"),
    );
    check(
        "2 days at 09:00",
        START,
        "3026-03-06T09:00:00Z",
        Some("3026-03-08T09:00:00Z"),
    );
    check("day", START, START, Some("2026-03-05T10:30:20.5Z"));
    check("2 weeks", START, START, Some("2026-03-18T10:30:20.5Z"));
    check(
        "day at 10:30",
        START,
        "2028-02-28T10:30:00Z",
        Some("2028-02-29T10:30:00Z"),
    );
}

#[test]
fn weekdays_are_today_only_with_a_later_time() {
    check(
        "wednesday",
        START,
        "2020-01-01T00:00:00Z",
        Some("2026-03-11T10:30:20.5Z"),
    );
    check("wednesday", START, START, Some("2026-03-11T10:30:20.5Z"));
    check(
        "wednesday at 11:00",
        START,
        START,
        Some("2026-03-04T11:00:00Z"),
    );
    check(
        "wednesday at 09:00",
        START,
        START,
        Some("2026-03-11T09:00:00Z"),
    );
    check(
        "mon and fri at 09:00",
        START,
        START,
        Some("2026-03-06T09:00:00Z"),
    );
    check(
        "mon and fri at 09:00",
        START,
        "2026-03-06T09:00:00Z",
        Some("2026-03-09T09:00:00Z"),
    );
    check(
        "weekend",
        START,
        "2020-01-01T00:00:00Z",
        Some("2026-03-07T10:30:20.5Z"),
    );
    check(
        "weekday at 09:00",
        START,
        "2026-03-06T09:00:00Z",
        Some("2026-03-09T09:00:00Z"),
    );
}

#[test]
fn minutes_of_the_hour_are_on_the_clock() {
    check("hour at :15", START, START, Some("2026-03-04T11:15:00Z"));
    check("hour at :30:20", START, START, Some("2026-03-04T11:30:20Z"));
    check("hour at :30:21", START, START, Some("2026-03-04T10:30:21Z"));
    check("minute at :30", START, START, Some("2026-03-04T10:30:30Z"));
    // Several count from the hour of the anchor.
    check(
        "2 hours at :45",
        START,
        "2026-03-04T12:30:00Z",
        Some("2026-03-04T12:45:00Z"),
    );
    check("2 hours at :15", START, START, Some("2026-03-04T12:15:00Z"));
    check("2 hours at :45", START, START, Some("2026-03-04T12:45:00Z"));
    check(
        "2 hours at :45",
        START,
        "2020-01-01T00:00:00Z",
        Some("2026-03-04T12:45:00Z"),
    );
    check(
        "2 hours at :45",
        START,
        "2026-03-05T00:45:00Z",
        Some("2026-03-05T02:45:00Z"),
    );
    check(
        "5 minutes at :30",
        START,
        START,
        Some("2026-03-04T10:35:30Z"),
    );
}

#[test]
fn once_is_once() {
    check(
        "at 2026-03-04 10:31",
        START,
        START,
        Some("2026-03-04T10:31:00Z"),
    );
    check("at 2026-03-04 10:31", START, "2026-03-04T10:31:00Z", None);
    check(
        "at 2026-03-04T11:31:00+01:00",
        START,
        START,
        Some("2026-03-04T10:31:00Z"),
    );
    let once = schedule("at 2026-03-04 10:31");
    assert_eq!(once.upcoming(instant(START)).count(), 1);
    assert!(once.is_once() && !once.is_delay());
    assert_eq!((once.period(), once.basis()), (None, Basis::Wall));
}

#[test]
fn a_fire_at_the_limit_still_happens() {
    check(
        "10s until 2026-03-04T10:30:30.5Z",
        START,
        START,
        Some("2026-03-04T10:30:30.5Z"),
    );
    check("10s until 2026-03-04T10:30:30.4Z", START, START, None);
    check("10s for 10s", START, START, Some("2026-03-04T10:30:30.5Z"));
    check("10s for 9s", START, START, None);
    check(
        "day at 11:00 until 11:00",
        START,
        START,
        Some("2026-03-04T11:00:00Z"),
    );
    check("day at 11:00 until 10:59:59", START, START, None);
    check(
        "minute at :30 until 2026-03-05",
        START,
        "2026-03-04T23:59:00Z",
        Some("2026-03-04T23:59:30Z"),
    );
    check(
        "minute at :30 until 2026-03-05",
        START,
        "2026-03-04T23:59:30Z",
        None,
    );
    let limited = schedule("10s for 35s");
    assert_eq!(
        limited.latest_until(0, instant(START), instant("2027-01-01T00:00:00Z")),
        Some(instant("2026-03-04T10:30:50.5Z"))
    );
}

#[test]
fn a_delay_counts_from_the_end_of_the_last_run_and_its_limit_from_the_start() {
    check("delay 10s", START, START, Some("2026-03-04T10:30:30.5Z"));
    // The anchor moves with each run, so only a fixed limit is known here.
    check(
        "delay 10s for 1s",
        START,
        START,
        Some("2026-03-04T10:30:30.5Z"),
    );
    check(
        "delay 10s until 10:30:21",
        START,
        START,
        Some("2026-03-04T10:30:30.5Z"),
    );
    check("delay 10s until 2026-03-04 10:30:21", START, START, None);
    let delay = schedule("delay 10s for 25s");
    assert_eq!(
        delay.until_from(instant(START)),
        Some(instant("2026-03-04T10:30:45.5Z"))
    );
    assert_eq!(delay.upcoming(instant(START)).count(), 2);
    assert_eq!(delay.basis(), Basis::Elapsed);
    let fires: Vec<_> = schedule("delay 5 to 10 seconds")
        .upcoming(instant(START))
        .take(100)
        .collect();
    for pair in fires.windows(2) {
        let gap = pair[1] - pair[0];
        assert!(
            TimeDelta::seconds(5) <= gap && gap <= TimeDelta::seconds(10),
            "{gap}"
        );
    }
}

#[test]
fn random_gaps_differ_by_seed_and_by_anchor_and_stay_the_same() {
    let random = schedule("5s to 10s");
    let fires = |seed: u64, anchor: &str| -> Vec<TimeDelta> {
        let anchor = instant(anchor);
        let next = |&from: &DateTime<Utc>| random.next_after_seeded(seed, anchor, from);
        std::iter::successors(Some(anchor), next)
            .take(20)
            .map(|fire| fire - anchor)
            .collect()
    };
    assert_eq!(fires(1, START), fires(1, START));
    assert_ne!(fires(1, START), fires(2, START));
    assert_ne!(fires(1, START), fires(1, "2026-03-04T10:30:21.5Z"));
    // These may never change: replicas of different versions have to agree.
    let millis: Vec<i64> = fires(1, START)
        .iter()
        .map(TimeDelta::num_milliseconds)
        .take(5)
        .collect();
    assert_eq!(millis, [0, 6612, 14261, 22403, 30597]);
}

#[test]
fn random_gaps_are_spread_over_their_whole_range() {
    let random = schedule("5s to 10s");
    let fires: Vec<_> = random.upcoming(instant(START)).take(10_000).collect();
    let gaps: Vec<f64> = fires
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).num_milliseconds() as f64 / 1000.0)
        .collect();
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    assert!((mean - 7.5).abs() < 0.001, "{mean}");
    for (low, share) in [
        (5.0, 0.08),
        (6.0, 0.24),
        (7.0, 0.36),
        (8.0, 0.24),
        (9.0, 0.08),
    ] {
        let found = gaps
            .iter()
            .filter(|&&gap| low <= gap && gap < low + 1.0)
            .count() as f64
            / gaps.len() as f64;
        assert!(
            (found - share).abs() < 0.02,
            "{found} of the gaps are in the second from {low}, not {share}"
        );
    }
}

#[test]
fn a_year_of_missed_fires_is_counted_not_enumerated() {
    let count = |text: &str, last: &str| {
        let schedule = schedule(text);
        let start = instant("2025-12-31T12:00:00Z");
        let first = schedule.next_after(start, start).unwrap();
        let last = schedule.latest_until(0, start, instant(last)).unwrap();
        schedule.count_between(0, start, first, last)
    };
    let end_of_year = "2026-12-31T23:59:59Z";
    assert_eq!(count("day at 10:30", end_of_year), 365);
    assert_eq!(count("monday at 10:30", end_of_year), 52);
    assert_eq!(count("weekday at 10:30", end_of_year), 261);
    assert_eq!(count("hour at :30", "2026-12-31T11:59:59Z"), 8760);
    assert_eq!(count("minute at :30", "2026-12-31T11:59:59Z"), 8760 * 60);
    assert_eq!(count("7 days at 10:30", end_of_year), 52);
    assert_eq!(
        count("1ns", "2026-12-31T12:00:00Z"),
        365 * 86_400 * 1_000_000_000
    );
    assert_eq!(count("at 2026-06-01 00:00", end_of_year), 1);
}

#[test]
fn a_leap_second_is_the_end_of_its_minute() {
    let leap = DateTime::from_timestamp(1_483_228_799, 1_500_000_000).unwrap();
    let minute = schedule("minute at :00");
    assert_eq!(
        minute.next_after(leap, leap),
        Some(instant("2017-01-01T00:00:00Z"))
    );
    let interval = schedule("1s");
    assert_eq!(
        interval.next_after(leap, leap),
        Some(instant("2017-01-01T00:00:00.999999999Z"))
    );
    assert_eq!(
        Schedule::once(leap).to_string(),
        "at 2016-12-31T23:59:59.999999999Z"
    );
}

#[test]
fn what_stands_for_a_schedule() {
    fn take(schedule: impl IntoSchedule) -> Result<String, Error> {
        schedule
            .into_schedule()
            .map(|schedule| schedule.to_string())
    }
    assert_eq!(take("30s").unwrap(), "every 30s");
    assert_eq!(take("delay 30s".to_owned()).unwrap(), "delay 30s");
    assert_eq!(take(schedule("30s")).unwrap(), "every 30s");
    assert_eq!(take(every(30).seconds()).unwrap(), "every 30s");
    assert_eq!(
        take(Schedule::interval(Duration::from_secs(30))).unwrap(),
        "every 30s"
    );
    assert_eq!(Schedule::try_from(every(30).seconds()), Ok(schedule("30s")));
    assert!(take("30").is_err());
    assert!(take(every(2).minute()).is_err());
}

#[test]
fn the_builder_and_the_language_make_equal_schedules() {
    let check = |every: task_schedule::Every, text: &str| {
        assert_eq!(every.build(), Ok(text.parse().unwrap()), "{text}");
    };
    check(every(1).second(), "every second");
    check(every(90).minutes(), "1h 30m");
    check(every(5).to(10).hours(), "5 to 10 hours");
    check(every(5).to(5).hours(), "5h");
    check(every(7).days(), "1 week");
    check(every(2).weeks(), "14 days");
    check(every(1).to(2).weeks(), "1 to 2 weeks");
    check(every(1).to(5).day().at("10:30"), "1 to 5 days at 10:30");
    check(every(1).hour().at("15:30"), "hour at :15:30");
    check(every(2).days().delay(), "delay 48h");
    check(every(1).to(2).hours().delay(), "delay 1 to 2 hours");
    check(
        every(1).day().monday().at("09:00").at("10:00"),
        "monday at 10:00",
    );
    check(
        every(1)
            .sunday()
            .timezone("UTC")
            .until(Until::at(instant(START))),
        "sunday until 2026-03-04T10:30:20.500Z in UTC",
    );
}
