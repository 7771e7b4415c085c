//! What happens where a clock is changed: by an hour, by half an hour, at
//! midnight, by a whole day.
#![cfg(feature = "chrono-tz")]

mod common;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use common::check_fires;
use task_schedule::Schedule;

/// The first fires of a job started at `start` (UTC), as the clock on the wall
/// shows them, with its offset.
#[track_caller]
fn check(zone: Tz, schedule: &str, start: &str, expected: &[&str]) {
    check_fires(zone, schedule, start, "%m-%d %H:%M:%S %:z", expected);
}

fn show(zone: Tz, t: DateTime<Utc>) -> String {
    t.with_timezone(&zone)
        .format("%m-%d %H:%M:%S %:z")
        .to_string()
}

#[track_caller]
fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

const BERLIN: Tz = Tz::Europe__Berlin; // 2026: 03-29 02:00 to 03:00, 10-25 03:00 to 02:00.

#[test]
fn a_time_in_an_hours_gap_is_the_first_instant_after_it_for_that_day_only() {
    let start = "2026-03-27T12:00:00Z";
    check(
        BERLIN,
        "day at 02:30",
        start,
        &[
            "03-28 02:30:00 +01:00",
            "03-29 03:00:00 +02:00",
            "03-30 02:30:00 +02:00",
            "03-31 02:30:00 +02:00",
        ],
    );
    check(
        BERLIN,
        "day at 02:00",
        start,
        &[
            "03-28 02:00:00 +01:00",
            "03-29 03:00:00 +02:00",
            "03-30 02:00:00 +02:00",
        ],
    );
    check(
        BERLIN,
        "day at 03:00",
        start,
        &[
            "03-28 03:00:00 +01:00",
            "03-29 03:00:00 +02:00",
            "03-30 03:00:00 +02:00",
        ],
    );
    check(
        BERLIN,
        "2 days at 02:30",
        start,
        &["03-29 03:00:00 +02:00", "03-31 02:30:00 +02:00"],
    );
    check(
        BERLIN,
        "sunday at 02:30",
        start,
        &["03-29 03:00:00 +02:00", "04-05 02:30:00 +02:00"],
    );
    check(
        BERLIN,
        "weekend at 02:30",
        start,
        &[
            "03-28 02:30:00 +01:00",
            "03-29 03:00:00 +02:00",
            "04-04 02:30:00 +02:00",
        ],
    );
    let new_york = Tz::America__New_York;
    check(
        new_york,
        "day at 02:30",
        "2026-03-07T12:00:00Z",
        &["03-08 03:00:00 -04:00", "03-09 02:30:00 -04:00"],
    );
}

#[test]
fn a_time_that_comes_twice_fires_the_first_time() {
    let start = "2026-10-24T12:00:00Z";
    check(
        BERLIN,
        "day at 02:30",
        start,
        &["10-25 02:30:00 +02:00", "10-26 02:30:00 +01:00"],
    );
    check(
        BERLIN,
        "day at 02:00",
        start,
        &["10-25 02:00:00 +02:00", "10-26 02:00:00 +01:00"],
    );
    check(
        BERLIN,
        "day at 03:00",
        start,
        &["10-25 03:00:00 +01:00", "10-26 03:00:00 +01:00"],
    );
    check(
        BERLIN,
        "sunday at 02:30",
        start,
        &["10-25 02:30:00 +02:00", "11-01 02:30:00 +01:00"],
    );
    // Started in the second pass: it has been.
    check(
        BERLIN,
        "day at 02:30",
        "2026-10-25T01:10:00Z",
        &["10-26 02:30:00 +01:00"],
    );
    check(
        Tz::America__New_York,
        "day at 01:30",
        "2026-10-31T12:00:00Z",
        &["11-01 01:30:00 -04:00", "11-02 01:30:00 -05:00"],
    );
}

#[test]
fn days_without_a_time_keep_the_anchors() {
    check(
        BERLIN,
        "day",
        "2026-03-28T01:30:00.5Z",
        &["03-29 03:00:00 +02:00", "03-30 02:30:00 +02:00"],
    );
    check(
        BERLIN,
        "day",
        "2026-03-28T11:00:00Z",
        &["03-29 12:00:00 +02:00", "03-30 12:00:00 +02:00"],
    );
    check(
        BERLIN,
        "week",
        "2026-03-22T01:30:00Z",
        &["03-29 03:00:00 +02:00", "04-05 02:30:00 +02:00"],
    );
    check(
        BERLIN,
        "sunday",
        "2026-03-22T01:30:00Z",
        &["03-29 03:00:00 +02:00", "04-05 02:30:00 +02:00"],
    );
    check(
        BERLIN,
        "day",
        "2026-10-24T00:30:00Z",
        &["10-25 02:30:00 +02:00", "10-26 02:30:00 +01:00"],
    );
    // From the second pass, the day after is a day later.
    check(
        BERLIN,
        "day",
        "2026-10-25T01:30:00Z",
        &["10-26 02:30:00 +01:00"],
    );
    // Hours are elapsed.
    check(
        BERLIN,
        "24h",
        "2026-03-28T11:00:00Z",
        &["03-29 13:00:00 +02:00", "03-30 13:00:00 +02:00"],
    );
}

#[test]
fn minutes_of_the_hour_follow_elapsed_time() {
    check(
        BERLIN,
        "hour at :15",
        "2026-03-29T00:00:00Z",
        &[
            "03-29 01:15:00 +01:00",
            "03-29 03:15:00 +02:00",
            "03-29 04:15:00 +02:00",
        ],
    );
    check(
        BERLIN,
        "hour at :15:30",
        "2026-10-24T23:20:00Z",
        &[
            "10-25 02:15:30 +02:00",
            "10-25 02:15:30 +01:00",
            "10-25 03:15:30 +01:00",
        ],
    );
    check(
        BERLIN,
        "2 hours at :15",
        "2026-03-28T23:20:00Z",
        &["03-29 03:15:00 +02:00", "03-29 05:15:00 +02:00"],
    );
    check(
        BERLIN,
        "2 hours at :15",
        "2026-10-24T22:20:00Z",
        &[
            "10-25 02:15:00 +02:00",
            "10-25 03:15:00 +01:00",
            "10-25 05:15:00 +01:00",
        ],
    );
    check(
        BERLIN,
        "minute at :30",
        "2026-03-29T00:59:00Z",
        &["03-29 01:59:30 +01:00", "03-29 03:00:30 +02:00"],
    );
    check(
        BERLIN,
        "minute at :30",
        "2026-10-25T00:59:00Z",
        &["10-25 02:59:30 +02:00", "10-25 02:00:30 +01:00"],
    );
    check(
        BERLIN,
        "30 minutes at :30",
        "2026-10-25T00:40:10Z",
        &["10-25 02:10:30 +01:00", "10-25 02:40:30 +01:00"],
    );
    // Python's documentation claims 06:20:30 here.
    check(
        BERLIN,
        "5 hours at :20:30",
        "2026-05-15T00:00:00Z",
        &["05-15 07:20:30 +02:00"],
    );
}

#[test]
fn half_an_hour_at_lord_howe() {
    let zone = Tz::Australia__Lord_Howe; // 2024: 10-06 02:00 to 02:30, 04-07 02:00 to 01:30.
    check(
        zone,
        "day at 02:15",
        "2024-10-05T00:00:00Z",
        &["10-06 02:30:00 +11:00", "10-07 02:15:00 +11:00"],
    );
    check(
        zone,
        "day at 01:45",
        "2024-04-06T00:00:00Z",
        &["04-07 01:45:00 +11:00", "04-08 01:45:00 +10:30"],
    );
    check(
        zone,
        "hour at :15",
        "2024-04-06T13:50:00Z",
        &[
            "04-07 01:15:00 +11:00",
            "04-07 02:15:00 +10:30",
            "04-07 03:15:00 +10:30",
        ],
    );
    check(
        zone,
        "hour at :45",
        "2024-04-06T13:50:00Z",
        &[
            "04-07 01:45:00 +11:00",
            "04-07 01:45:00 +10:30",
            "04-07 02:45:00 +10:30",
        ],
    );
    check(
        zone,
        "hour at :15",
        "2024-10-05T14:20:00Z",
        &["10-06 01:15:00 +10:30", "10-06 03:15:00 +11:00"],
    );
    check(
        zone,
        "hour at :45",
        "2024-10-05T14:20:00Z",
        &["10-06 01:45:00 +10:30", "10-06 02:45:00 +11:00"],
    );
    check(
        zone,
        "3 hours at :15",
        "2024-10-05T13:00:00Z",
        &["10-06 03:15:00 +11:00", "10-06 06:15:00 +11:00"],
    );
    check(
        zone,
        "minute at :30",
        "2024-10-05T15:29:00Z",
        &["10-06 01:59:30 +10:30", "10-06 02:30:30 +11:00"],
    );
}

#[test]
fn midnight_does_not_exist_or_comes_twice() {
    let sao_paulo = Tz::America__Sao_Paulo; // 2018: 11-04 00:00 to 01:00, 02-18 00:00 to 23:00.
    let gap = &[
        "11-03 00:00:00 -03:00",
        "11-04 01:00:00 -02:00",
        "11-05 00:00:00 -02:00",
    ];
    check(sao_paulo, "day at 00:00", "2018-11-02T12:00:00Z", gap);
    check(
        sao_paulo,
        "sunday at 00:30",
        "2018-11-02T12:00:00Z",
        &["11-04 01:00:00 -02:00", "11-11 00:30:00 -02:00"],
    );
    check(
        sao_paulo,
        "day at 23:30",
        "2018-02-17T12:00:00Z",
        &["02-17 23:30:00 -02:00", "02-18 23:30:00 -03:00"],
    );
    check(
        sao_paulo,
        "day at 00:00",
        "2018-02-17T12:00:00Z",
        &["02-18 00:00:00 -03:00", "02-19 00:00:00 -03:00"],
    );
    let havana = Tz::America__Havana; // 2024: 03-10 00:00 to 01:00, 11-03 01:00 to 00:00.
    check(
        havana,
        "day at 00:00",
        "2024-03-09T12:00:00Z",
        &["03-10 01:00:00 -04:00", "03-11 00:00:00 -04:00"],
    );
    check(
        havana,
        "day at 00:30",
        "2024-11-02T12:00:00Z",
        &["11-03 00:30:00 -04:00", "11-04 00:30:00 -05:00"],
    );
    check(
        havana,
        "day at 00:00",
        "2024-11-02T12:00:00Z",
        &["11-03 00:00:00 -04:00", "11-04 00:00:00 -05:00"],
    );
    let beirut = Tz::Asia__Beirut; // 2024: 03-31 00:00 to 01:00, 10-27 00:00 to 23:00.
    check(
        beirut,
        "day at 00:00",
        "2024-03-30T12:00:00Z",
        &["03-31 01:00:00 +03:00", "04-01 00:00:00 +03:00"],
    );
    check(
        beirut,
        "day at 23:30",
        "2024-10-26T12:00:00Z",
        &["10-26 23:30:00 +03:00", "10-27 23:30:00 +02:00"],
    );
}

#[test]
fn a_gap_over_midnight_moves_the_fire_into_the_next_date() {
    let toronto = Tz::America__Toronto; // 1919-03-30 23:30 to 00:30.
    let start = "1919-03-29T12:00:00Z";
    check(
        toronto,
        "day at 23:45",
        start,
        &[
            "03-29 23:45:00 -05:00",
            "03-31 00:30:00 -04:00",
            "03-31 23:45:00 -04:00",
        ],
    );
    check(
        toronto,
        "day at 00:15",
        start,
        &[
            "03-30 00:15:00 -05:00",
            "03-31 00:30:00 -04:00",
            "04-01 00:15:00 -04:00",
        ],
    );
}

#[test]
fn a_date_that_is_left_out_has_no_fire() {
    let apia = Tz::Pacific__Apia; // No 2011-12-30.
    let start = "2011-12-28T22:00:00Z";
    check(
        apia,
        "day at 10:30",
        start,
        &[
            "12-29 10:30:00 -10:00",
            "12-31 10:30:00 +14:00",
            "01-01 10:30:00 +14:00",
        ],
    );
    check(
        apia,
        "day",
        start,
        &["12-29 12:00:00 -10:00", "12-31 12:00:00 +14:00"],
    );
    check(
        apia,
        "2 days at 10:30",
        start,
        &["01-01 10:30:00 +14:00", "01-03 10:30:00 +14:00"],
    );
    check(
        apia,
        "3 days at 10:30",
        start,
        &["12-31 10:30:00 +14:00", "01-03 10:30:00 +14:00"],
    );
    // It would have been a Friday.
    check(
        apia,
        "friday at 10:30",
        "2011-12-20T00:00:00Z",
        &["12-23 10:30:00 -10:00", "01-06 10:30:00 +14:00"],
    );
    check(
        apia,
        "thu, fri and sat at 10:30",
        start,
        &[
            "12-29 10:30:00 -10:00",
            "12-31 10:30:00 +14:00",
            "01-05 10:30:00 +14:00",
        ],
    );
    check(
        apia,
        "hour at :15",
        "2011-12-30T08:30:00Z",
        &["12-29 23:15:00 -10:00", "12-31 00:15:00 +14:00"],
    );
    check(
        apia,
        "day at 00:00",
        start,
        &["12-29 00:00:00 -10:00", "12-31 00:00:00 +14:00"],
    );
    check(
        Tz::Pacific__Kwajalein,
        "day at 10:30",
        "1993-08-20T12:00:00Z",
        &["08-20 10:30:00 -12:00", "08-22 10:30:00 +12:00"],
    );

    let once: Schedule = "at 2011-12-30 10:30 in Pacific/Apia".parse().unwrap();
    assert_eq!(once.next_after(instant(start), instant(start)), None);
    let error = once.check_from(instant(start)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`2011-12-30 10:30` does not exist in the time zone Pacific/Apia"
    );
    // As a limit it still is one.
    let limited: Schedule = "10s until 2011-12-30 10:30 in Pacific/Apia"
        .parse()
        .unwrap();
    assert_eq!(
        limited.until_from(instant(start)),
        Some(instant("2011-12-30T10:00:00Z"))
    );
}

#[test]
fn odd_offsets_and_changes() {
    let kathmandu = Tz::Asia__Kathmandu; // +05:45, since 1986-01-01 00:00 to 00:15.
    check(
        kathmandu,
        "hour at :45",
        "2026-01-10T10:20:00Z",
        &["01-10 16:45:00 +05:45", "01-10 17:45:00 +05:45"],
    );
    check(
        kathmandu,
        "2 hours at :15:10",
        "2026-01-10T10:20:00Z",
        &["01-10 18:15:10 +05:45"],
    );
    check(
        kathmandu,
        "day at 00:10",
        "1985-12-30T12:00:00Z",
        &["12-31 00:10:00 +05:30", "01-01 00:15:00 +05:45"],
    );
    check(
        kathmandu,
        "hour at :10",
        "1985-12-31T17:30:00Z",
        &["12-31 23:10:00 +05:30", "01-01 01:10:00 +05:45"],
    );
    let casablanca = Tz::Africa__Casablanca; // 2024: 03-10 03:00 to 02:00, 04-14 02:00 to 03:00.
    check(
        casablanca,
        "day at 02:30",
        "2024-03-09T12:00:00Z",
        &["03-10 02:30:00 +01:00", "03-11 02:30:00 +00:00"],
    );
    check(
        casablanca,
        "day at 02:30",
        "2024-04-13T12:00:00Z",
        &["04-14 03:00:00 +01:00", "04-15 02:30:00 +01:00"],
    );
    let troll = Tz::Antarctica__Troll; // 2024: 03-31 01:00 to 03:00, 10-27 03:00 to 01:00.
    check(
        troll,
        "day at 01:30",
        "2024-03-30T12:00:00Z",
        &["03-31 03:00:00 +02:00", "04-01 01:30:00 +02:00"],
    );
    check(
        troll,
        "hour at :15",
        "2024-03-31T00:00:00Z",
        &["03-31 00:15:00 +00:00", "03-31 03:15:00 +02:00"],
    );
    check(
        troll,
        "day at 01:30",
        "2024-10-26T12:00:00Z",
        &["10-27 01:30:00 +02:00", "10-28 01:30:00 +00:00"],
    );
}

#[test]
fn once_and_until_mean_what_days_mean() {
    let once = |text: &str| {
        let schedule: Schedule = text.parse().unwrap();
        let start = instant("2026-01-01T00:00:00Z");
        show(BERLIN, schedule.next_after(start, start).unwrap())
    };
    assert_eq!(
        once("at 2026-03-29 02:30 in Europe/Berlin"),
        "03-29 03:00:00 +02:00"
    );
    assert_eq!(
        once("at 2026-10-25 02:30 in Europe/Berlin"),
        "10-25 02:30:00 +02:00"
    );
    assert_eq!(once("at 2026-10-25 02:30+01:00"), "10-25 02:30:00 +01:00");

    let limit = |text: &str, start: &str| {
        let schedule: Schedule = text.parse().unwrap();
        show(BERLIN, schedule.until_from(instant(start)).unwrap())
    };
    let start = "2026-03-28T23:30:00Z"; // 00:30 on the 29th.
    assert_eq!(
        limit("10s until 18:00 in Europe/Berlin", start),
        "03-29 18:00:00 +02:00"
    );
    assert_eq!(
        limit("10s until 02:30 in Europe/Berlin", start),
        "03-29 03:00:00 +02:00"
    );
    assert_eq!(
        limit("10s until 2026-03-30 in Europe/Berlin", start),
        "03-30 00:00:00 +02:00"
    );
    assert_eq!(limit("10s for 1 day", start), "03-30 01:30:00 +02:00");
}
