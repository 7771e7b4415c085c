//! What `gap` and `fold` choose where a clock is changed.
#![cfg(feature = "chrono-tz")]

mod common;

use chrono::{
    DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;
use common::{check_fires, config};
use proptest::prelude::*;
use task_schedule::{Fold, Gap, Schedule, Zone};

/// The first fires of a job started at `start` (UTC), as the clock on the wall
/// shows them, with its offset.
#[track_caller]
fn check(zone: Tz, schedule: &str, start: &str, expected: &[&str]) {
    check_fires(zone, schedule, start, "%m-%d %H:%M %:z", expected);
}

fn show(zone: Tz, t: DateTime<Utc>) -> String {
    t.with_timezone(&zone).format("%m-%d %H:%M %:z").to_string()
}

const BERLIN: Tz = Tz::Europe__Berlin; // 2026: 03-29 02:00 to 03:00, 10-25 03:00 to 02:00.
const NEW_YORK: Tz = Tz::America__New_York; // 2026: 03-08 02:00 to 03:00, 11-01 02:00 to 01:00.
const LORD_HOWE: Tz = Tz::Australia__Lord_Howe; // 2024: 10-06 02:00 to 02:30, 04-07 02:00 to 01:30.
const SAO_PAULO: Tz = Tz::America__Sao_Paulo; // 2018: 11-04 00:00 to 01:00, 02-18 00:00 to 23:00.
const APIA: Tz = Tz::Pacific__Apia; // 2011: has no 12-30.

#[test]
#[rustfmt::skip]
fn over_a_gap_of_an_hour() {
    let start = "2026-03-27T12:00:00Z";
    check(BERLIN, "day at 02:30 gap after", start, &["03-28 02:30 +01:00", "03-29 03:00 +02:00", "03-30 02:30 +02:00"]);
    check(BERLIN, "day at 02:30 gap shift", start, &["03-28 02:30 +01:00", "03-29 03:30 +02:00", "03-30 02:30 +02:00"]);
    check(BERLIN, "day at 02:30 gap skip", start, &["03-28 02:30 +01:00", "03-30 02:30 +02:00", "03-31 02:30 +02:00"]);
    // The first reading that does not exist, the last that does, the first again.
    check(BERLIN, "day at 02:00 gap shift", start, &["03-28 02:00 +01:00", "03-29 03:00 +02:00", "03-30 02:00 +02:00"]);
    check(BERLIN, "day at 02:00 gap skip", start, &["03-28 02:00 +01:00", "03-30 02:00 +02:00"]);
    check(BERLIN, "day at 01:59 gap skip", start, &["03-28 01:59 +01:00", "03-29 01:59 +01:00", "03-30 01:59 +02:00"]);
    check(BERLIN, "day at 03:00 gap skip", start, &["03-28 03:00 +01:00", "03-29 03:00 +02:00", "03-30 03:00 +02:00"]);
    check(BERLIN, "sunday at 02:30 gap shift", start, &["03-29 03:30 +02:00", "04-05 02:30 +02:00"]);
    check(BERLIN, "sunday at 02:30 gap skip", start, &["04-05 02:30 +02:00", "04-12 02:30 +02:00"]);
    check(BERLIN, "weekend at 02:30 gap skip", start, &["03-28 02:30 +01:00", "04-04 02:30 +02:00", "04-05 02:30 +02:00"]);
    check(BERLIN, "2 days at 02:30 gap shift", start, &["03-29 03:30 +02:00", "03-31 02:30 +02:00"]);
    check(BERLIN, "2 days at 02:30 gap skip", start, &["03-31 02:30 +02:00", "04-02 02:30 +02:00"]);
    check(NEW_YORK, "day at 02:30 gap shift", "2026-03-07T12:00:00Z", &["03-08 03:30 -04:00", "03-09 02:30 -04:00"]);
    check(NEW_YORK, "day at 02:30 gap skip", "2026-03-07T12:00:00Z", &["03-09 02:30 -04:00", "03-10 02:30 -04:00"]);
    // At the time of day of the start.
    check(BERLIN, "day gap shift", "2026-03-28T01:30:00Z", &["03-29 03:30 +02:00", "03-30 02:30 +02:00"]);
    check(BERLIN, "week gap skip", "2026-03-22T01:30:00Z", &["04-05 02:30 +02:00", "04-12 02:30 +02:00"]);
}

#[test]
#[rustfmt::skip]
fn in_a_fold_of_an_hour() {
    let start = "2026-10-23T12:00:00Z";
    check(BERLIN, "day at 02:30 fold first", start, &["10-24 02:30 +02:00", "10-25 02:30 +02:00", "10-26 02:30 +01:00"]);
    check(BERLIN, "day at 02:30 fold last", start, &["10-24 02:30 +02:00", "10-25 02:30 +01:00", "10-26 02:30 +01:00"]);
    check(BERLIN, "day at 02:30 fold both", start, &["10-24 02:30 +02:00", "10-25 02:30 +02:00", "10-25 02:30 +01:00", "10-26 02:30 +01:00"]);
    // The first reading that exists twice, and the neighbours of the last.
    check(BERLIN, "day at 02:00 fold both", start, &["10-24 02:00 +02:00", "10-25 02:00 +02:00", "10-25 02:00 +01:00", "10-26 02:00 +01:00"]);
    check(BERLIN, "day at 01:59 fold both", start, &["10-24 01:59 +02:00", "10-25 01:59 +02:00", "10-26 01:59 +01:00"]);
    check(BERLIN, "day at 03:00 fold both", start, &["10-24 03:00 +02:00", "10-25 03:00 +01:00", "10-26 03:00 +01:00"]);
    check(BERLIN, "sunday at 02:30 fold both", start, &["10-25 02:30 +02:00", "10-25 02:30 +01:00", "11-01 02:30 +01:00"]);
    check(BERLIN, "sunday at 02:30 fold last", start, &["10-25 02:30 +01:00", "11-01 02:30 +01:00"]);
    check(BERLIN, "2 days at 02:30 fold both", start, &["10-25 02:30 +02:00", "10-25 02:30 +01:00", "10-27 02:30 +01:00"]);
    check(NEW_YORK, "day at 01:30 fold both", "2026-10-31T12:00:00Z", &["11-01 01:30 -04:00", "11-01 01:30 -05:00", "11-02 01:30 -05:00"]);
    check(NEW_YORK, "day at 01:30 fold last", "2026-10-31T12:00:00Z", &["11-01 01:30 -05:00", "11-02 01:30 -05:00"]);
}

#[test]
#[rustfmt::skip]
fn where_half_an_hour_is_left_out_or_comes_again() {
    let start = "2024-10-04T12:00:00Z";
    check(LORD_HOWE, "day at 02:15", start, &["10-05 02:15 +10:30", "10-06 02:30 +11:00", "10-07 02:15 +11:00"]);
    check(LORD_HOWE, "day at 02:15 gap shift", start, &["10-05 02:15 +10:30", "10-06 02:45 +11:00", "10-07 02:15 +11:00"]);
    check(LORD_HOWE, "day at 02:15 gap skip", start, &["10-05 02:15 +10:30", "10-07 02:15 +11:00"]);
    let start = "2024-04-05T12:00:00Z";
    check(LORD_HOWE, "day at 01:45 fold last", start, &["04-06 01:45 +11:00", "04-07 01:45 +10:30", "04-08 01:45 +10:30"]);
    check(LORD_HOWE, "day at 01:45 fold both", start, &["04-06 01:45 +11:00", "04-07 01:45 +11:00", "04-07 01:45 +10:30", "04-08 01:45 +10:30"]);
}

#[test]
#[rustfmt::skip]
fn where_midnight_is_left_out_or_comes_again() {
    let start = "2018-11-02T12:00:00Z";
    check(SAO_PAULO, "day at 00:00", start, &["11-03 00:00 -03:00", "11-04 01:00 -02:00", "11-05 00:00 -02:00"]);
    check(SAO_PAULO, "day at 00:30 gap shift", start, &["11-03 00:30 -03:00", "11-04 01:30 -02:00", "11-05 00:30 -02:00"]);
    check(SAO_PAULO, "day at 00:00 gap skip", start, &["11-03 00:00 -03:00", "11-05 00:00 -02:00"]);
    check(SAO_PAULO, "sunday at 00:00 gap shift", start, &["11-04 01:00 -02:00", "11-11 00:00 -02:00"]);
    let start = "2018-02-16T12:00:00Z";
    check(SAO_PAULO, "day at 23:30 fold last", start, &["02-16 23:30 -02:00", "02-17 23:30 -03:00", "02-18 23:30 -03:00"]);
    check(SAO_PAULO, "day at 23:30 fold both", start, &["02-16 23:30 -02:00", "02-17 23:30 -02:00", "02-17 23:30 -03:00", "02-18 23:30 -03:00"]);
    check(SAO_PAULO, "saturday at 23:30 fold both", start, &["02-17 23:30 -02:00", "02-17 23:30 -03:00", "02-24 23:30 -03:00"]);
}

#[test]
#[rustfmt::skip]
fn a_date_that_does_not_exist_has_no_fire_whatever_is_chosen() {
    let start = "2011-12-28T12:00:00Z";
    for gap in ["after", "shift", "skip"] {
        check(APIA, &format!("day at 10:30 gap {gap}"), start, &["12-28 10:30 -10:00", "12-29 10:30 -10:00", "12-31 10:30 +14:00", "01-01 10:30 +14:00"]);
        check(APIA, &format!("friday at 10:30 gap {gap} fold both"), start, &["01-06 10:30 +14:00", "01-13 10:30 +14:00"]);
        check(APIA, &format!("day at 00:00 gap {gap}"), start, &["12-29 00:00 -10:00", "12-31 00:00 +14:00"]);
    }
}

#[test]
fn what_happens_once_takes_the_choice_too() {
    let start = "2026-01-01T00:00:00Z".parse().unwrap();
    let fires = |text: &str| -> Vec<String> {
        let schedule: Schedule = text.parse().unwrap();
        let fires: Vec<DateTime<Utc>> = schedule.upcoming(start).collect();
        fires.into_iter().map(|t| show(BERLIN, t)).collect()
    };
    let berlin = "in Europe/Berlin";
    let gap = "at 2026-03-29 02:30";
    assert_eq!(fires(&format!("{gap} {berlin}")), ["03-29 03:00 +02:00"]);
    assert_eq!(
        fires(&format!("{gap} gap shift {berlin}")),
        ["03-29 03:30 +02:00"]
    );
    assert_eq!(fires(&format!("{gap} gap skip {berlin}")), [""; 0]);
    let fold = "at 2026-10-25 02:30";
    assert_eq!(fires(&format!("{fold} {berlin}")), ["10-25 02:30 +02:00"]);
    assert_eq!(
        fires(&format!("{fold} fold last {berlin}")),
        ["10-25 02:30 +01:00"]
    );
    let skipped: Schedule = format!("{gap} gap skip {berlin}").parse().unwrap();
    assert_eq!(
        skipped.check_from(start).unwrap_err().to_string(),
        "`2026-03-29 02:30` does not exist in the time zone Europe/Berlin"
    );
}

#[test]
fn ten_years_are_counted_exactly() {
    let first = "2026-01-01T12:00:00Z".parse().unwrap();
    let last = "2035-12-31T12:00:00Z".parse().unwrap();
    let count = |text: &str| {
        let schedule: Schedule = text.parse().unwrap();
        let schedule = schedule.or_timezone(Zone::from(BERLIN));
        let first = schedule.next_after(first, first).unwrap();
        let last = schedule.latest_until(0, first, last).unwrap();
        let fires = schedule.upcoming(first).take_while(|&t| t <= last);
        let count = schedule.count_between(0, first, first, last);
        assert_eq!(count, 1 + fires.count() as u64, "{text}");
        count
    };
    let days = 3651; // Without the first, which is over at 12:00 UTC.
    assert_eq!(count("day at 02:30"), days);
    assert_eq!(count("day at 02:30 gap skip"), days - 10);
    assert_eq!(count("day at 02:30 fold both"), days + 10);
    assert_eq!(count("day at 02:30 gap skip fold both"), days);
    assert_eq!(count("sunday at 02:30 gap skip"), 522 - 10);
}

/// What one date's wall-clock time means, by chrono's own resolution and by
/// looking at every second where it has none.
fn oracle(zone: Tz, local: NaiveDateTime, gap: Gap, fold: Fold) -> Vec<DateTime<Utc>> {
    let utc = |t: DateTime<Tz>| t.to_utc();
    let (one, other) = match zone.from_local_datetime(&local) {
        LocalResult::Single(t) => return vec![utc(t)],
        LocalResult::Ambiguous(one, other) => (utc(one).min(utc(other)), utc(one).max(utc(other))),
        LocalResult::None => {
            let shown = |t: DateTime<Utc>| t.with_timezone(&zone).naive_local();
            let mut after = local.and_utc() - TimeDelta::hours(16);
            while shown(after) < local {
                after += TimeDelta::seconds(1);
            }
            let before = after - TimeDelta::seconds(1);
            let dates = [shown(before).date(), shown(after).date()];
            let gained = shown(after) - shown(before) - TimeDelta::seconds(1);
            return match gap {
                _ if !dates.contains(&local.date()) => vec![],
                Gap::After => vec![after],
                Gap::Shift => vec![utc((local + gained).and_local_timezone(zone).unwrap())],
                Gap::Skip => vec![],
            };
        }
    };
    match fold {
        Fold::First => vec![one],
        Fold::Last => vec![other],
        Fold::Both => vec![one, other],
    }
}

const CHANGES: &[(Tz, &str)] = &[
    (BERLIN, "2026-03-29"),
    (BERLIN, "2026-10-25"),
    (NEW_YORK, "2026-03-08"),
    (NEW_YORK, "2026-11-01"),
    (LORD_HOWE, "2024-10-06"),
    (LORD_HOWE, "2024-04-07"),
    (SAO_PAULO, "2018-11-04"),
    (SAO_PAULO, "2018-02-18"),
    (Tz::America__Havana, "2024-11-03"),
    (Tz::Antarctica__Troll, "2024-03-31"),
    (Tz::Antarctica__Troll, "2024-10-27"),
    (Tz::Africa__Casablanca, "2024-04-14"),
    (Tz::Asia__Kathmandu, "1986-01-01"),
    // Over midnight: 23:30 is followed by 00:30.
    (Tz::America__Toronto, "1919-03-31"),
    (Tz::Africa__Monrovia, "1972-01-07"),
    (APIA, "2011-12-30"),
    (Tz::America__Juneau, "1867-10-18"),
];

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn fires_are_those_of_the_oracle(
        change in 0..CHANGES.len(),
        start_minute in 0..1440i64,
        days_before in 1..5i64,
        minute in prop_oneof![0..240u32, 0..1440u32, 1380..1440u32],
        every in 1..4u32,
        gap in prop::sample::select(vec![Gap::After, Gap::Shift, Gap::Skip]),
        fold in prop::sample::select(vec![Fold::First, Fold::Last, Fold::Both]),
    ) {
        let (zone, date) = CHANGES[change];
        let date: NaiveDate = date.parse().unwrap();
        let time = NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap();
        let day = if every == 1 { "day".to_owned() } else { format!("{every} days") };
        let text = format!("every {day} at {} gap {gap} fold {fold}", time.format("%H:%M"));
        let schedule: Schedule = text.parse().unwrap();
        let schedule = schedule.or_timezone(Zone::from(zone));
        prop_assert_eq!(schedule.to_string().parse::<Schedule>().unwrap(), schedule.clone());

        let start = date.and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(days_before)
            + TimeDelta::minutes(start_minute);
        let today = start.with_timezone(&zone).date_naive();
        let counted = if every == 1 { -1 } else { every as i64 };
        let expected: Vec<DateTime<Utc>> = (0..12)
            .map(|i| today + TimeDelta::days(counted + i * i64::from(every)))
            .flat_map(|date| oracle(zone, date.and_time(time), gap, fold))
            .filter(|&t| t > start)
            .take(8)
            .collect();
        let fires: Vec<DateTime<Utc>> = schedule.upcoming(start).take(expected.len()).collect();
        prop_assert_eq!(&fires, &expected, "{} from {}", schedule, start);
        prop_assert!(fires.windows(2).all(|pair| pair[0] < pair[1]));
        for (i, &from) in fires.iter().enumerate() {
            for (j, &to) in fires.iter().enumerate().skip(i) {
                let count = schedule.count_between(0, start, from, to);
                prop_assert_eq!(count, (j - i + 1) as u64, "{} {} {}", schedule, from, to);
            }
            let just_before = from - TimeDelta::nanoseconds(1);
            prop_assert_eq!(schedule.next_after(start, just_before), Some(from));
            prop_assert_eq!(schedule.latest_until(0, start, from), Some(from));
            let latest = schedule.latest_until(0, start, just_before);
            prop_assert_eq!(latest, i.checked_sub(1).map(|i| fires[i]));
        }
    }
}
