//! Hours and days outside of which nothing fires.
#![cfg(feature = "chrono-tz")]

mod common;

use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use common::{check_fires, config};
use proptest::prelude::*;
use task_schedule::{Basis, Between, Days, Schedule, Zone, every};

/// The first fires of a job started at `start` (UTC), as the clock on the wall
/// shows them, with its offset.
#[track_caller]
fn check(zone: Tz, schedule: &str, start: &str, expected: &[&str]) {
    check_fires(zone, schedule, start, "%a %d %H:%M:%S %:z", expected);
}

const BERLIN: Tz = Tz::Europe__Berlin; // 2026: 03-29 02:00 to 03:00, 10-25 03:00 to 02:00.
const UTC: Tz = Tz::UTC;

#[test]
#[rustfmt::skip]
fn an_interval_stays_on_its_grid() {
    // Sunday.
    check(UTC, "6h between 09:00 and 17:00", "2026-03-01T08:00:00Z", &["Sun 01 14:00:00 +00:00", "Mon 02 14:00:00 +00:00"]);
    // Both ends are inside, and nothing behind the last.
    check(UTC, "1h between 09:00 and 11:00", "2026-03-01T08:00:00Z", &["Sun 01 09:00:00 +00:00", "Sun 01 10:00:00 +00:00", "Sun 01 11:00:00 +00:00", "Mon 02 09:00:00 +00:00"]);
    check(UTC, "1h between 09:00 and 11:00", "2026-03-01T08:00:00.5Z", &["Sun 01 09:00:00 +00:00", "Sun 01 10:00:00 +00:00", "Mon 02 09:00:00 +00:00"]);
    check(UTC, "1h between 09:00 and 11:00", "2026-03-01T11:00:00Z", &["Mon 02 09:00:00 +00:00", "Mon 02 10:00:00 +00:00"]);
    check(UTC, "7h between 09:00 and 11:00", "2026-03-01T00:00:00Z", &["Mon 02 11:00:00 +00:00", "Thu 05 09:00:00 +00:00", "Sat 07 10:00:00 +00:00"]);
    check(UTC, "20m aligned between 09:30 and 10:10", "2026-03-01T00:00:01Z", &["Sun 01 09:40:00 +00:00", "Sun 01 10:00:00 +00:00", "Mon 02 09:40:00 +00:00"]);
    check(UTC, "10m between 09:00 and 09:10 on mon-fri", "2026-03-05T09:05:00Z", &["Fri 06 09:05:00 +00:00", "Mon 09 09:05:00 +00:00"]);
}

#[test]
#[rustfmt::skip]
fn a_window_past_midnight_belongs_to_its_evening() {
    let start = "2026-03-06T12:00:00Z"; // Friday.
    check(UTC, "4h between 22:00 and 06:00", start, &["Sat 07 00:00:00 +00:00", "Sat 07 04:00:00 +00:00", "Sun 08 00:00:00 +00:00"]);
    check(UTC, "4h between 20:00 and 04:00 on fri", start, &["Fri 06 20:00:00 +00:00", "Sat 07 00:00:00 +00:00", "Sat 07 04:00:00 +00:00", "Fri 13 20:00:00 +00:00"]);
    check(UTC, "4h between 20:00 and 04:00 on sat", start, &["Sat 07 20:00:00 +00:00", "Sun 08 00:00:00 +00:00", "Sun 08 04:00:00 +00:00", "Sat 14 20:00:00 +00:00"]);
    // From the last day of the week to the first.
    check(UTC, "4h between 20:00 and 04:00 on sun", start, &["Sun 08 20:00:00 +00:00", "Mon 09 00:00:00 +00:00", "Mon 09 04:00:00 +00:00", "Sun 15 20:00:00 +00:00"]);
    // To midnight: the first instant of the next day is the end.
    check(UTC, "1h between 23:00 and 00:00 on sun", start, &["Sun 08 23:00:00 +00:00", "Mon 09 00:00:00 +00:00", "Sun 15 23:00:00 +00:00"]);
    // A weekday whose time is that of the start.
    check(UTC, "saturday between 22:00 and 06:00 on fri", "2026-03-06T04:00:00Z", &["Sat 07 04:00:00 +00:00", "Sat 14 04:00:00 +00:00"]);
}

#[test]
#[rustfmt::skip]
fn days_leave_out_whole_days() {
    check(UTC, "12h on sat, sun", "2026-03-06T09:00:00Z", &["Sat 07 09:00:00 +00:00", "Sat 07 21:00:00 +00:00", "Sun 08 09:00:00 +00:00", "Sun 08 21:00:00 +00:00", "Sat 14 09:00:00 +00:00"]);
    // Midnight is the beginning of a day, not the end of the one before.
    check(UTC, "12h on sat", "2026-03-06T00:00:00Z", &["Sat 07 00:00:00 +00:00", "Sat 07 12:00:00 +00:00", "Sat 14 00:00:00 +00:00"]);
    check(UTC, "3 days at 10:30 on mon-fri", "2026-03-05T08:00:00Z", &["Wed 11 10:30:00 +00:00", "Tue 17 10:30:00 +00:00", "Fri 20 10:30:00 +00:00"]);
    check(UTC, "mon-fri at 10:30 on fri-sun", "2026-03-05T08:00:00Z", &["Fri 06 10:30:00 +00:00", "Fri 13 10:30:00 +00:00"]);
    check(UTC, "day at 10:30 on weekdays", "2026-03-06T08:00:00Z", &["Fri 06 10:30:00 +00:00", "Mon 09 10:30:00 +00:00"]);
    check(UTC, "2 weeks on fri", "2026-03-06T08:00:00Z", &["Fri 20 08:00:00 +00:00", "Fri 03 08:00:00 +00:00"]);
    check(UTC, "hour at :15 between 09:15 and 10:14 on mon", "2026-03-06T08:00:00Z", &["Mon 09 09:15:00 +00:00", "Mon 16 09:15:00 +00:00"]);
    check(UTC, "2 hours at :15 between 09:00 and 13:00", "2026-03-06T08:00:00Z", &["Fri 06 10:15:00 +00:00", "Fri 06 12:15:00 +00:00", "Sat 07 10:15:00 +00:00"]);
}

#[test]
#[rustfmt::skip]
fn the_clock_on_the_wall_decides_also_when_it_is_changed() {
    // 02:00 to 03:00 does not exist: the window opens in the gap.
    check(BERLIN, "30m between 02:30 and 04:00", "2026-03-28T22:10:00Z", &["Sun 29 03:10:00 +02:00", "Sun 29 03:40:00 +02:00", "Mon 30 02:40:00 +02:00"]);
    // The whole window does not exist.
    check(BERLIN, "30m between 02:00 and 02:45", "2026-03-28T22:10:00Z", &["Mon 30 02:10:00 +02:00", "Mon 30 02:40:00 +02:00", "Tue 31 02:10:00 +02:00"]);
    // It exists twice, and closes in between.
    check(BERLIN, "30m between 02:00 and 02:15", "2026-10-24T22:10:00Z", &["Sun 25 02:10:00 +02:00", "Sun 25 02:10:00 +01:00", "Mon 26 02:10:00 +01:00"]);
    check(BERLIN, "30m between 01:30 and 03:30", "2026-10-24T22:10:00Z", &[
        "Sun 25 01:40:00 +02:00", "Sun 25 02:10:00 +02:00", "Sun 25 02:40:00 +02:00",
        "Sun 25 02:10:00 +01:00", "Sun 25 02:40:00 +01:00", "Sun 25 03:10:00 +01:00", "Mon 26 01:40:00 +01:00",
    ]);
    // An elapsed day is another time of day after the change.
    check(BERLIN, "24h between 09:00 and 09:30", "2026-10-23T07:00:00Z", &["Sat 24 09:00:00 +02:00"]);
    check(BERLIN, "12h on sun", "2026-03-28T22:30:00Z", &["Sun 29 12:30:00 +02:00", "Sun 05 00:30:00 +02:00"]);
    // A time in the gap is judged by where it fires.
    check(BERLIN, "day between 02:45 and 03:15", "2026-03-27T01:30:00Z", &["Sun 29 03:00:00 +02:00"]);
    check(BERLIN, "day between 02:15 and 02:45", "2026-03-27T01:30:00Z", &["Sat 28 02:30:00 +01:00", "Mon 30 02:30:00 +02:00"]);
    check(BERLIN, "day between 02:15 and 02:45 fold both", "2026-10-23T00:30:00Z", &["Sat 24 02:30:00 +02:00", "Sun 25 02:30:00 +02:00", "Sun 25 02:30:00 +01:00", "Mon 26 02:30:00 +01:00"]);
    check(BERLIN, "day at 02:30 on sun gap skip", "2026-03-20T00:00:00Z", &["Sun 22 02:30:00 +01:00", "Sun 05 02:30:00 +02:00"]);
    // A Friday that does not exist is no day to wait for.
    check(Tz::Pacific__Apia, "6h on fri", "2011-12-28T10:00:00Z", &["Fri 06 00:00:00 +14:00", "Fri 06 06:00:00 +14:00"]);
    // Half an hour, and midnight.
    check(Tz::Australia__Lord_Howe, "15m between 01:45 and 02:00", "2024-04-06T13:00:00Z", &[
        "Sun 07 01:45:00 +11:00", "Sun 07 01:45:00 +10:30", "Sun 07 02:00:00 +10:30", "Mon 08 01:45:00 +10:30",
    ]);
    check(Tz::America__Sao_Paulo, "30m between 00:00 and 01:30 on sun", "2018-11-04T02:15:00Z", &["Sun 04 01:15:00 -02:00", "Sun 11 00:15:00 -02:00"]);
}

#[test]
#[rustfmt::skip]
fn a_delay_waits_for_the_window_to_open() {
    let start = "2026-03-06T16:00:00Z"; // Friday.
    check(UTC, "delay 25m between 09:00 and 17:00 on mon-fri", start, &["Fri 06 16:25:00 +00:00", "Fri 06 16:50:00 +00:00", "Mon 09 09:00:00 +00:00", "Mon 09 09:25:00 +00:00"]);
    check(UTC, "delay 1h between 09:00 and 17:00", start, &["Fri 06 17:00:00 +00:00", "Sat 07 09:00:00 +00:00", "Sat 07 10:00:00 +00:00"]);
    check(UTC, "delay 3 days on mon", start, &["Mon 09 16:00:00 +00:00", "Mon 16 00:00:00 +00:00"]);
    check(BERLIN, "delay 10m between 02:30 and 02:45", "2026-03-28T22:00:00Z", &["Mon 30 02:30:00 +02:00", "Mon 30 02:40:00 +02:00", "Tue 31 02:30:00 +02:00"]);
}

#[test]
fn random_fires_are_the_same_as_without_the_window() {
    let start: DateTime<Utc> = "2026-03-01T00:00:00Z".parse().unwrap();
    let all: Schedule = "20m to 40m".parse().unwrap();
    let some: Schedule = "20m to 40m between 09:00 and 11:00 in UTC".parse().unwrap();
    let expected: Vec<DateTime<Utc>> = all
        .upcoming(start)
        .take(1000)
        .filter(|t| (9..11).contains(&t.hour()) || (t.hour(), t.minute(), t.second()) == (11, 0, 0))
        .collect();
    let fires: Vec<DateTime<Utc>> = some.upcoming(start).take(expected.len()).collect();
    assert_eq!(fires, expected);
    assert!(expected.len() > 60);
}

#[test]
fn a_window_follows_the_wall_clock() {
    for text in ["30s", "delay 30s", "5s to 10s"] {
        let schedule: Schedule = text.parse().unwrap();
        assert_eq!(schedule.basis(), Basis::Elapsed);
        assert!(!schedule.uses_timezone());
        let days = schedule.days("mon-fri".parse().unwrap()).unwrap();
        assert_eq!(days.basis(), Basis::Wall, "{text}");
        assert!(days.uses_timezone(), "{text}");
        assert_eq!(days.or_timezone(Zone::UTC).timezone(), Some(Zone::UTC));
    }
    let zoned = every(10)
        .minutes()
        .on("mon")
        .timezone("UTC")
        .build()
        .unwrap();
    assert_eq!(zoned.to_string(), "every 10m on mon in UTC");
}

#[test]
fn a_limit_and_a_window_hold_both() {
    let start = "2026-03-06T16:00:00Z".parse().unwrap();
    let fires = |text: &str| text.parse::<Schedule>().unwrap().upcoming(start).count();
    assert_eq!(
        fires("1h between 09:00 and 17:00 until 2026-03-07 10:00 in UTC"),
        3
    );
    assert_eq!(fires("1h between 09:00 and 17:00 for 18h in UTC"), 3);
    assert_eq!(fires("delay 1h between 09:00 and 17:00 for 18h in UTC"), 3);
    assert_eq!(fires("1h between 09:00 and 17:00 until 16:59:59 in UTC"), 0);
}

#[test]
fn a_window_that_is_always_missed_has_no_fire_and_says_so() {
    let start = "2026-03-06T18:00:00Z".parse().unwrap();
    for text in [
        "every 24h between 09:00 and 17:00 in UTC",
        "every 168h on mon in UTC",
        "every 2 weeks on mon in UTC",
        "every day between 09:00 and 17:00 in UTC",
        "every day between 09:00 and 17:00 on mon-fri in UTC",
        "every 12h aligned between 09:00 and 11:00 in UTC",
        "every 24 hours at :15 between 09:00 and 17:00 in UTC",
    ] {
        let schedule: Schedule = text.parse().unwrap();
        assert_eq!(schedule.next_after(start, start), None, "{text}");
        let later = start + TimeDelta::days(3650);
        assert_eq!(schedule.latest_until(0, start, later), None, "{text}");
        let error = schedule.check_from(start).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("`{text}` never fires if it is started at 2026-03-06T18:00:00Z")
        );
        assert!(!error.is_past());
        let other_start = "2026-03-02T09:00:00Z".parse().unwrap();
        if !text.contains("aligned") {
            assert_eq!(schedule.check_from(other_start), Ok(()), "{text}");
        }
    }
}

#[test]
fn ten_years_are_counted_exactly() {
    let start: DateTime<Utc> = "2026-03-01T07:00:00Z".parse().unwrap();
    let end = "2036-03-01T07:00:00Z".parse().unwrap();
    let count = |text: &str| {
        let schedule: Schedule = text.parse().unwrap();
        let first = schedule.next_after(start, start).unwrap();
        let last = schedule.latest_until(0, start, end).unwrap();
        let count = schedule.count_between(0, start, first, last);
        let fires = schedule.upcoming(start).take_while(|&t| t <= last).count();
        assert_eq!(count, fires as u64, "{text}");
        count
    };
    assert_eq!(count("1h between 09:00 and 17:00 in UTC"), 9 * 3653);
    // Forward over one hour, and back: the same in ten years.
    assert_eq!(count("1h between 02:00 and 02:59 in Europe/Berlin"), 3653);
    assert_eq!(
        count("1h between 09:00 and 17:00 on mon-fri in Europe/Berlin"),
        9 * 2610
    );
    assert_eq!(count("day at 10:30 on mon-fri in Europe/Berlin"), 2610);
    assert_eq!(
        count("hour at :15 between 09:00 and 17:00 on mon-fri in Europe/Berlin"),
        8 * 2610
    );
    count("2 hours at :15 between 22:00 and 06:00 on mon-fri in America/New_York");
    count("50m to 90m between 22:00 and 06:00 on mon-fri in America/New_York");
    count("45m aligned between 22:00 and 06:00 on sat in Australia/Lord_Howe");
}

/// Counts from one fire to another are those of going through them.
#[track_caller]
fn check_counts(zone: Tz, text: &str, start: DateTime<Utc>, span: [DateTime<Utc>; 2]) {
    let schedule = text
        .parse::<Schedule>()
        .unwrap()
        .or_timezone(Zone::from(zone));
    let [from, to] = span;
    let next = |t: &DateTime<Utc>| schedule.next_after(start, *t).filter(|&t| t <= to);
    let fires: Vec<DateTime<Utc>> = std::iter::successors(next(&from), next).collect();
    for (i, &first) in fires.iter().enumerate() {
        let count = schedule.count_between(0, start, first, fires[fires.len() - 1]);
        assert_eq!(count, (fires.len() - i) as u64, "`{schedule}` from {first}");
    }
}

#[test]
fn counts_are_exact_where_the_clock_is_changed_in_the_window() {
    let howe = Tz::Australia__Lord_Howe;
    for (n, minute, hour) in (2..5)
        .flat_map(|n| (0..60).step_by(5).map(move |m| (n, m)))
        .flat_map(|(n, m)| (0..4).map(move |h| (n, m, h)))
    {
        // All day, and a piece behind the change with no right reading in it.
        let windows = ["00:00 and 23:59:59", "00:00 and 01:35"];
        let texts = windows.map(|hours| format!("{n} hours at :{minute:02} between {hours}"));
        for change in ["2024-04-06T15:00:00Z", "2024-10-05T15:30:00Z"] {
            let change: DateTime<Utc> = change.parse().unwrap();
            // Half an hour off the hours of then.
            let start = change - TimeDelta::days(200) - TimeDelta::hours(hour);
            let span = [change - TimeDelta::hours(5), change + TimeDelta::hours(30)];
            texts
                .iter()
                .for_each(|text| check_counts(howe, text, start, span));
        }
    }
}

#[test]
fn changes_that_follow_each_other_soon_are_both_seen() {
    // The clock is set back for Ramadan and forward again after five weeks.
    let casablanca = Tz::Africa__Casablanca;
    let day = |text: &str| {
        format!("{text}T00:00:00Z")
            .parse::<DateTime<Utc>>()
            .unwrap()
    };
    let (from, to) = (day("2024-03-01"), day("2024-05-01"));
    check_counts(casablanca, "90m between 02:00 and 02:30", from, [from, to]);
    check_counts(
        casablanca,
        "hour at :30 between 02:00 and 03:30",
        from,
        [from, to],
    );
    check_counts(
        casablanca,
        "day at 02:30 on mon-sat gap skip",
        from,
        [from, to],
    );
    // A week only, the shortest of all since 1900.
    let recife = Tz::America__Recife;
    let (from, to) = (day("2000-10-01"), day("2000-10-31"));
    check_counts(recife, "90m between 03:00 and 03:30", from, [from, to]);
    check_counts(recife, "7m between 09:00 and 09:30", from, [from, to]);
    for weekday in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] {
        let window = Window {
            zone: recife,
            between: Some((9 * 3600, 9 * 3600 + 1800)),
            days: vec![weekday.parse().unwrap()],
        };
        let all: Schedule = "7m".parse().unwrap();
        let some = window.apply(all.clone()).unwrap();
        let expected: Vec<DateTime<Utc>> = all
            .upcoming(from)
            .take_while(|&t| t <= to)
            .filter(|&t| window.contains(t))
            .collect();
        let found: Vec<DateTime<Utc>> = some.upcoming(from).take_while(|&t| t <= to).collect();
        assert_eq!(found, expected, "{weekday}");
    }
}

#[test]
fn the_parts_are_values_of_their_own() {
    let between: Between = "between 22:00 and 06:30:15".parse().unwrap();
    assert_eq!(between.to_string(), "22:00 to 06:30:15");
    assert_eq!(between, "22:00  TO 06:30:15".parse().unwrap());
    assert_eq!(between.from(), NaiveTime::from_hms_opt(22, 0, 0).unwrap());
    assert_eq!(between.to(), NaiveTime::from_hms_opt(6, 30, 15).unwrap());
    let days = |text: &str| text.parse::<Days>().unwrap().to_string();
    assert_eq!(days("mon"), "mon");
    assert_eq!(days("on Monday, tuesday"), "mon, tue");
    assert_eq!(days("fri-mon"), "mon, fri-sun");
    assert_eq!(days("weekend"), "sat, sun");
    assert_eq!(days("weekdays and sunday"), "mon-fri, sun");
    assert_eq!(days("mon, wed, fri"), "mon, wed, fri");
    assert!("weekend".parse::<Days>().unwrap().contains(Weekday::Sun));
    assert!(!"weekend".parse::<Days>().unwrap().contains(Weekday::Mon));
}

#[cfg(feature = "serde")]
#[test]
fn serde_takes_the_texts() {
    use task_schedule::{Fold, Gap};
    let between: Between = serde_json::from_str("\"09:00 to 17:00\"").unwrap();
    assert_eq!(
        serde_json::to_string(&between).unwrap(),
        "\"09:00 to 17:00\""
    );
    let days: Days = serde_json::from_str("\"weekdays\"").unwrap();
    assert_eq!(serde_json::to_string(&days).unwrap(), "\"mon-fri\"");
    assert_eq!(serde_json::from_str::<Gap>("\"skip\"").unwrap(), Gap::Skip);
    assert_eq!(serde_json::to_string(&Fold::Both).unwrap(), "\"both\"");
    assert!(serde_json::from_str::<Days>("\"mon-sun\"").is_err());
}

const CHANGES: &[(Tz, &str)] = &[
    (BERLIN, "2026-03-29T01:00:00Z"),
    (BERLIN, "2026-10-25T01:00:00Z"),
    (Tz::America__New_York, "2026-03-08T07:00:00Z"),
    (Tz::America__New_York, "2026-11-01T06:00:00Z"),
    (Tz::Australia__Lord_Howe, "2024-04-06T15:00:00Z"),
    (Tz::Australia__Lord_Howe, "2024-10-05T15:30:00Z"),
    (Tz::America__Sao_Paulo, "2018-02-18T02:00:00Z"),
    (Tz::America__Sao_Paulo, "2018-11-04T03:00:00Z"),
    (Tz::Antarctica__Troll, "2024-03-31T01:00:00Z"),
    (Tz::Africa__Casablanca, "2024-04-14T02:00:00Z"),
    (Tz::Pacific__Apia, "2011-12-30T10:00:00Z"),
    (Tz::America__Juneau, "1867-10-19T00:31:18Z"),
    (Tz::Africa__Monrovia, "1972-01-07T00:44:30Z"),
    // Set back again after a week.
    (Tz::America__Recife, "2000-10-08T03:00:00Z"),
    (Tz::America__Recife, "2000-10-15T02:00:00Z"),
    (UTC, "2026-01-01T00:00:00Z"),
];

const DAYS: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// A window as the tests see it.
#[derive(Clone, Debug)]
struct Window {
    zone: Tz,
    between: Option<(u32, u32)>,
    days: Vec<Weekday>,
}

impl Window {
    fn contains(&self, t: DateTime<Utc>) -> bool {
        let shown = t.with_timezone(&self.zone).naive_local();
        let is_on = |date: chrono::NaiveDate| self.days.contains(&date.weekday());
        let (today, yesterday) = (
            is_on(shown.date()),
            is_on(shown.date() - TimeDelta::days(1)),
        );
        let Some((from, to)) = self.between else {
            return today;
        };
        let second = shown.num_seconds_from_midnight();
        let is_before_end = second < to || (second == to && shown.nanosecond() == 0);
        if from < to {
            today && from <= second && is_before_end
        } else {
            (today && from <= second) || (yesterday && is_before_end)
        }
    }

    fn apply(&self, schedule: Schedule) -> Option<Schedule> {
        let mut schedule = schedule.or_timezone(Zone::from(self.zone));
        if let Some((from, to)) = self.between {
            let time = |secs| NaiveTime::from_num_seconds_from_midnight_opt(secs, 0).unwrap();
            schedule = schedule
                .between(Between::new(time(from), time(to)).unwrap())
                .ok()?;
        }
        if self.days.len() < 7 {
            schedule = schedule.days(Days::new(self.days.clone()).unwrap()).ok()?;
        }
        Some(schedule.or_timezone(Zone::from(self.zone)))
    }
}

fn window() -> impl Strategy<Value = Window> {
    let second = || prop_oneof![(0..96u32).prop_map(|n| n * 900), 0..86_400u32];
    let between = (second(), second()).prop_filter("equal", |(from, to)| from != to);
    let days = prop_oneof![
        Just(DAYS.to_vec()),
        prop::sample::subsequence(DAYS.to_vec(), 1..=7),
    ];
    (0..CHANGES.len(), prop::option::weighted(0.8, between), days).prop_map(
        |(change, between, days)| Window {
            zone: CHANGES[change].0,
            between,
            days,
        },
    )
}

fn start(zone: Tz) -> impl Strategy<Value = DateTime<Utc>> {
    let changes: Vec<&str> = CHANGES
        .iter()
        .filter(|change| change.0 == zone)
        .map(|change| change.1)
        .collect();
    let offset = prop_oneof![-40..4 * 24i64, -14 * 24..3 * 24i64];
    (
        prop::sample::select(changes),
        offset,
        prop_oneof![Just(0), (0..14_400i64).prop_map(|quarter| quarter * 250)],
    )
        .prop_map(|(change, hours, millis)| {
            let change: DateTime<Utc> = change.parse().unwrap();
            change + TimeDelta::hours(hours) + TimeDelta::milliseconds(millis)
        })
}

fn recurring() -> impl Strategy<Value = String> {
    let pair = |most: u32| (1..most, 0..most).prop_map(|(min, more)| (min, min + more));
    prop_oneof![
        4 => (1..600u32).prop_map(|n| format!("every {n}m")),
        2 => (60..90_000u32).prop_map(|n| format!("every {n}s")),
        1 => (1..200u32).prop_map(|n| format!("every {n}h")),
        2 => (1..600u32).prop_map(|n| format!("every {n}m aligned")),
        2 => pair(300).prop_map(|(min, max)| format!("every {min}m to {max}m")),
        2 => (0..60u32).prop_map(|m| format!("every hour at :{m:02}")),
        2 => (1..30u32, 0..60u32).prop_map(|(n, m)| format!("every {n} hours at :{m:02}")),
        2 => (2..90u32, 0..60u32).prop_map(|(n, s)| format!("every {n} minutes at :{s:02}")),
        // From 2: with 1, two fires can coincide where half an hour is left out.
        1 => (2..20u32, 0..20u32, 0..60u32)
            .prop_map(|(min, more, m)| format!("every {min} to {} hours at :{m:02}", min + more)),
        1 => (1..9u32).prop_map(|n| format!("every {n} days")),
        2 => (1..9u32, 0..24u32).prop_map(|(n, h)| format!("every {n} days at {h:02}:30")),
        1 => pair(6).prop_map(|(min, max)| format!("every {min} to {max} days at 02:30")),
        1 => Just("every mon, wed, fri and sat".to_owned()),
        1 => (0..24u32).prop_map(|h| format!("every mon, wed, fri and sat at {h:02}:30")),
    ]
}

proptest! {
    #![proptest_config(config(700))]

    #[test]
    fn what_is_left_is_what_is_inside(
        text in recurring(),
        (window, start) in window().prop_flat_map(|window| (Just(window.clone()), start(window.zone))),
        change in prop::sample::select(vec!["", " fold both", " gap skip", " gap shift fold last"]),
        seed in any::<u64>(),
        n_fires in 1..400usize,
    ) {
        let is_calendar = text.contains("day") || text.contains("mon");
        let text = if is_calendar { text + change } else { text };
        let all: Schedule = text.parse().unwrap();
        let all = all.or_timezone(Zone::from(window.zone));
        let Some(some) = window.apply(all.clone()) else {
            return Ok(());
        };
        prop_assert_eq!(some.to_string().parse::<Schedule>().unwrap(), some.clone());

        let next = |schedule: &Schedule, from| schedule.next_after_seeded(seed, start, from);
        let fires: Vec<DateTime<Utc>> = std::iter::successors(next(&all, start), |&t| next(&all, t))
            .take(n_fires)
            .collect();
        let last = *fires.last().unwrap();
        let inside: Vec<DateTime<Utc>> =
            fires.iter().copied().filter(|&t| window.contains(t)).collect();
        let mut found = Vec::new();
        let mut from = start;
        while let Some(t) = next(&some, from).filter(|&t| t <= last) {
            prop_assert!(t > from);
            found.push(t);
            from = t;
        }
        prop_assert_eq!(&found, &inside, "{} from {}", some, start);
        for pair in inside.windows(2) {
            let middle = pair[0] + (pair[1] - pair[0]) / 2;
            prop_assert_eq!(next(&some, middle), Some(pair[1]), "{} after {}", some, middle);
        }
        prop_assert_eq!(some.latest_until(seed, start, last), inside.last().copied(), "{}", some);
        for (i, &t) in inside.iter().enumerate().step_by(7) {
            let just_before = t - TimeDelta::nanoseconds(1);
            let latest = some.latest_until(seed, start, just_before);
            prop_assert_eq!(latest, i.checked_sub(1).map(|i| inside[i]), "{} before {}", some, t);
            for from in [0, i / 2, i] {
                let count = some.count_between(seed, start, inside[from], t);
                prop_assert_eq!(count, (i - from + 1) as u64, "{}: {} to {}", some, inside[from], t);
            }
        }
    }

}

proptest! {
    #![proptest_config(config(100))]

    #[test]
    fn a_delay_fires_in_the_window_as_soon_as_it_can(
        secs in 60..90_000u64,
        more in prop_oneof![Just(0), 1..9000u64],
        (window, start) in window().prop_flat_map(|window| (Just(window.clone()), start(window.zone))),
        seed in any::<u64>(),
        n_fires in 1..20usize,
    ) {
        let delay = if more == 0 {
            Schedule::delay(Duration::from_secs(secs)).unwrap()
        } else {
            format!("delay {secs}s to {}s", secs + more).parse().unwrap()
        };
        let Some(some) = window.apply(delay.clone()) else {
            return Ok(());
        };
        let next = |schedule: &Schedule, from| schedule.next_after_seeded(seed, start, from);
        // Half a minute at a time, then to the second at which a window opens.
        let mut opened = DateTime::<Utc>::MIN_UTC;
        let mut opening = |t: DateTime<Utc>| {
            if t <= opened || window.contains(t) {
                return t.max(opened);
            }
            let coarse = (1..)
                .map(|n| t + TimeDelta::seconds(30 * n))
                .find(|&t| window.contains(t))
                .unwrap();
            let whole = DateTime::from_timestamp(coarse.timestamp(), 0).unwrap();
            opened = (0..=30)
                .map(|secs| whole - TimeDelta::seconds(30 - secs))
                .find(|&fine| fine > t && window.contains(fine))
                .unwrap_or(coarse);
            opened
        };
        // Windows that are shorter than that may be stepped over.
        if window.between.is_some_and(|(from, to)| (to + 86_400 - from) % 86_400 < 60) {
            return Ok(());
        }
        let mut expected: Vec<DateTime<Utc>> =
            std::iter::successors(next(&delay, start), |&t| next(&delay, t))
                .take(n_fires)
                .map(&mut opening)
                .collect();
        expected.dedup();
        let found: Vec<DateTime<Utc>> =
            std::iter::successors(next(&some, start), |&t| next(&some, t))
                .take(expected.len())
                .collect();
        prop_assert_eq!(&found, &expected, "{} from {}", some, start);
        let (first, last) = (found[0], *found.last().unwrap());
        let count = some.count_between(seed, start, first, last);
        prop_assert_eq!(count, found.len() as u64, "{} from {}", some, start);
        prop_assert_eq!(some.latest_until(seed, start, last), Some(last), "{}", some);
        for pair in found.windows(2) {
            let middle = pair[0] + (pair[1] - pair[0]) / 2;
            prop_assert_eq!(next(&some, middle), Some(pair[1]), "{} after {}", some, middle);
        }
    }
}

const WORDS: &[&str] = &[
    "every",
    "delay",
    "at",
    "in",
    "until",
    "for",
    "between",
    "on",
    "gap",
    "fold",
    "to",
    "and",
    "10m",
    "day",
    "hour",
    "monday",
    "mon-fri",
    "weekend",
    "09:00",
    "17:00",
    "24:00",
    ":15",
    "skip",
    "both",
    "shift",
    "first",
    "UTC",
    "2026-12-24",
    "18:00",
    ",",
    "-",
    "1h",
    "aligned",
    "ä",
];

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn any_words_are_read_or_refused(words in prop::collection::vec(prop::sample::select(WORDS), 0..14)) {
        let text = words.join(" ");
        if let Ok(schedule) = text.parse::<Schedule>() {
            prop_assert_eq!(schedule.to_string().parse::<Schedule>().unwrap(), schedule);
        }
        if let Ok(between) = text.parse::<Between>() {
            prop_assert_eq!(between.to_string().parse::<Between>().unwrap(), between);
        }
        if let Ok(days) = text.parse::<Days>() {
            prop_assert_eq!(days.to_string().parse::<Days>().unwrap(), days);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,30}") {
        let _ = text.parse::<Between>();
        let _ = text.parse::<Days>();
        let _ = format!("10m between {text}").parse::<Schedule>();
        let _ = format!("10m on {text}").parse::<Schedule>();
        let _ = format!("day gap {text}").parse::<Schedule>();
    }
}

#[test]
fn a_cron_expression_that_is_never_on_the_days_is_refused() {
    let days = |text: &str| text.parse().unwrap();
    let cron = |text| Schedule::parse_cron(text).unwrap();
    let error = cron("0 9 * * sun").days(days("mon-fri")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`cron 0 9 * * sun` is never on `mon-fri`"
    );
    assert!(cron("0 9 29 2 *").days(days("sun")).is_ok());
    assert!(cron("0 9 * * *").days(days("mon-fri")).is_ok());
}
