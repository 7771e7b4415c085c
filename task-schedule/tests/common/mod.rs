//! What the tests share. Each test binary uses a part of it.
#![allow(dead_code)]

#[cfg(feature = "chrono-tz")]
use chrono::{DateTime, Utc};
#[cfg(feature = "chrono-tz")]
use chrono_tz::Tz;
use proptest::test_runner::{Config, RngSeed};
#[cfg(feature = "chrono-tz")]
use task_schedule::{Schedule, Zone};

/// The cases of a property test, the same in each run: so many, times the number in the environment variable `CASES_FACTOR`,
/// for a long run before a release.
pub(crate) fn config(cases: u32) -> Config {
    let factor = std::env::var("CASES_FACTOR").ok();
    let factor = factor.and_then(|factor| factor.parse().ok()).unwrap_or(1);
    Config {
        cases: cases.saturating_mul(factor),
        rng_seed: RngSeed::Fixed(20_260_301),
        failure_persistence: None,
        ..Config::default()
    }
}

/// Checks the first fires of a job started at `start` (UTC), as `format` shows
/// them by the clock on the wall; and that they are the same when they are
/// asked for from in between, backwards, and counted.
#[cfg(feature = "chrono-tz")]
#[track_caller]
pub(crate) fn check_fires(zone: Tz, schedule: &str, start: &str, format: &str, expected: &[&str]) {
    let schedule: Schedule = schedule.parse().unwrap_or_else(|error| panic!("{error}"));
    let schedule = schedule.or_timezone(Zone::from(zone));
    let start: DateTime<Utc> = start.parse().unwrap();
    let fires: Vec<DateTime<Utc>> = schedule.upcoming(start).take(expected.len()).collect();
    let show = |fire: &DateTime<Utc>| fire.with_timezone(&zone).format(format).to_string();
    let shown: Vec<String> = fires.iter().map(show).collect();
    assert_eq!(shown, expected, "`{schedule}` started at {}", show(&start));
    if schedule.is_delay() {
        return; // Its anchor moves.
    }
    for (i, pair) in fires.windows(2).enumerate() {
        let middle = pair[0] + (pair[1] - pair[0]) / 2;
        let next = schedule.next_after(start, middle);
        assert_eq!(next, Some(pair[1]), "`{schedule}`");
        let latest = schedule.latest_until(0, start, middle);
        assert_eq!(latest, Some(pair[0]), "`{schedule}`");
        for (from, &first) in fires[..=i].iter().enumerate() {
            let count = schedule.count_between(0, start, first, pair[1]);
            assert_eq!(count, (i + 2 - from) as u64, "`{schedule}` from {first}");
        }
    }
}
