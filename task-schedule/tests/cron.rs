//! What twenty implementations of cron answer, and what they refuse.
#![cfg(feature = "chrono-tz")]

mod common;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use common::config;
use proptest::{prelude::*, sample::select};
use serde_json::Value;
use task_schedule::{Schedule, Zone};

/// One expression in one zone; a row is a start and the fires after it.
struct Vector {
    expr: String,
    zone: String,
    cat: String,
    rows: Vec<Vec<String>>,
}

fn vectors() -> Vec<Vector> {
    let read = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| value[key].as_str().unwrap().to_owned();
        let row = |row: &Value| {
            let cells = row.as_array().unwrap().iter();
            cells
                .map(|cell| cell.as_str().unwrap().to_owned())
                .collect()
        };
        Vector {
            expr: text("expr"),
            zone: text("zone"),
            cat: text("cat"),
            rows: value["rows"].as_array().unwrap().iter().map(row).collect(),
        }
    };
    include_str!("data/cron.jsonl").lines().map(read).collect()
}

fn time(text: &str) -> DateTime<Utc> {
    let text = if text.len() == "2024-01-01T00:00Z".len() {
        text.replace('Z', ":00Z")
    } else {
        text.to_owned()
    };
    text.parse().unwrap()
}

#[test]
fn fires_are_those_that_implementations_agree_on() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for Vector {
        expr,
        zone,
        cat,
        rows,
    } in vectors()
    {
        let zone: Zone = zone.parse().unwrap();
        let schedule = Schedule::parse_cron(&expr).map(|schedule| schedule.or_timezone(zone));
        for row in rows {
            count += 1;
            let [start, expected @ ..] = &*row else {
                panic!("an empty row")
            };
            if start == "never" {
                if schedule.is_ok() {
                    wrong.push(format!("{cat}: {expr} must be refused"));
                }
                continue;
            }
            let schedule = match &schedule {
                Ok(schedule) => schedule,
                Err(error) => {
                    wrong.push(format!("{cat}: {expr}: {error}"));
                    continue;
                }
            };
            let mut fires = schedule.upcoming(time(start));
            let found: Vec<_> = expected.iter().map(|_| fires.next()).collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|t| (t != "end").then(|| time(t)))
                .collect();
            if found != expected {
                wrong.push(format!(
                    "{cat}: {expr} in {zone} from {start}:\n    {expected:?}\n    {found:?}"
                ));
            }
        }
    }
    assert_eq!(count, 4870);
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn what_must_be_refused_is() {
    for line in include_str!("data/cron_invalid.jsonl").lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        let expr = value["expr"].as_str().unwrap();
        match Schedule::parse_cron(expr) {
            Ok(schedule) => panic!("`{expr}` ({}) was read as {schedule}", value["reason"]),
            Err(error) => println!("{error}"),
        }
    }
}

/// An expression, its canonical text and what it is for people.
#[rustfmt::skip]
const READ: &[(&str, &str, &str)] = &[
    ("* * * * *", "* * * * *", "Every minute"),
    ("*/5 * * * *", "*/5 * * * *", "Every 5 minutes"),
    ("*/5 9-17 * * 1-5", "*/5 9-17 * * mon-fri", "Every 5 minutes from 09:00 to 17:59, Monday to Friday"),
    ("0 9 * * mon-fri", "0 9 * * mon-fri", "At 09:00, Monday to Friday"),
    ("0 0 L * *", "0 0 L * *", "At 00:00 on the last day of the month"),
    ("30 8 1,15 * *", "30 8 1,15 * *", "At 08:30 on the 1st and 15th"),
    ("0 0 * * mon#2", "0 0 * * mon#2", "At 00:00 on the second Monday of the month"),
    ("0 0 1 * mon", "0 0 1 * mon", "At 00:00 on the 1st or on any Monday"),
    ("0 * * * *", "0 * * * *", "Every hour"),
    ("15 * * * *", "15 * * * *", "Every hour, at minute 15"),
    ("0,30 * * * *", "*/30 * * * *", "Every 30 minutes"),
    ("5,20,40 * * * *", "5,20,40 * * * *", "At minutes 5, 20 and 40 of every hour"),
    ("0 */2 * * *", "0 */2 * * *", "Every 2 hours"),
    ("30 */6 * * *", "30 */6 * * *", "Every 6 hours, at minute 30"),
    ("0 */5 * * *", "0 */5 * * *", "Every day at 00:00, 05:00, 10:00, 15:00 and 20:00"),
    ("30 9-17 * * *", "30 9-17 * * *", "Every hour from 09:30 to 17:30"),
    ("0 9-17 * * mon-fri", "0 9-17 * * mon-fri", "Every hour from 09:00 to 17:00, Monday to Friday"),
    ("*/15 22-2 * * *", "*/15 0-2,22,23 * * *", "Every 15 minutes from 22:00 to 02:59"),
    ("*/10 9,12,15 * * *", "*/10 9,12,15 * * *", "Every 10 minutes in the hours 9, 12 and 15"),
    ("5,35 8-18 * * *", "5,35 8-18 * * *", "At minutes 5 and 35, from 08:00 to 18:59"),
    ("7 1,2,5,7,11,13,17 * * *", "7 1,2,5,7,11,13,17 * * *", "At minute 7 of the hours 1, 2, 5, 7, 11, 13 and 17"),
    ("0 0 1 1 *", "0 0 1 1 *", "At 00:00 on the 1st of January"),
    ("0 0 1 1,7 *", "0 0 1 1,7 *", "At 00:00 on the 1st of January and July"),
    ("0 12 * 6-8 *", "0 12 * 6-8 *", "Every day at 12:00 from June to August"),
    ("0 12 * nov-feb sat,sun", "0 12 * 1,2,11,12 sat,sun", "At 12:00 every Saturday and Sunday from November to February"),
    ("0 0 L 2 *", "0 0 L 2 *", "At 00:00 on the last day of February"),
    ("0 0 LW * *", "0 0 LW * *", "At 00:00 on the last working day of the month"),
    ("0 0 L-3 * *", "0 0 L-3 * *", "At 00:00 on the 3rd day before the last of the month"),
    ("0 0 15W * *", "0 0 15W * *", "At 00:00 on the working day nearest to the 15th"),
    ("0 0 1,L * *", "0 0 1,L * *", "At 00:00 on the 1st and the last day of the month"),
    ("0 0 1-7 * *", "0 0 1-7 * *", "At 00:00 on the 1st to 7th"),
    ("0 0 */2 * *", "0 0 */2 * *", "At 00:00 on every 2nd day from the 1st"),
    ("0 0 */2 * mon", "0 0 */2 * mon", "At 00:00 on every 2nd day from the 1st if it is a Monday"),
    ("0 0 1-7 * */2", "0 0 1-7 * */2", "At 00:00 on the 1st to 7th if it is a Tuesday, Thursday, Saturday or Sunday"),
    ("0 0 * * friL", "0 0 * * friL", "At 00:00 on the last Friday of the month"),
    ("0 0 * * mon#1,fri#3", "0 0 * * mon#1,fri#3", "At 00:00 on the first Monday and the third Friday of the month"),
    ("0 0 * * mon,friL", "0 0 * * mon,friL", "At 00:00 on every Monday and the last Friday of the month"),
    ("0 0 13 * fri", "0 0 13 * fri", "At 00:00 on the 13th or on any Friday"),
    ("0 0 1,15 * mon-fri", "0 0 1,15 * mon-fri", "At 00:00 on the 1st or 15th or on any day from Monday to Friday"),
    ("0 0 L * friL", "0 0 L * friL", "At 00:00 on the last day or on the last Friday of the month"),
    ("* * * * * *", "* * * * * *", "Every second"),
    ("*/10 * * * * *", "*/10 * * * * *", "Every 10 seconds"),
    ("30 * * * * *", "30 * * * * *", "Every minute, at second 30"),
    ("30 15 10 * * *", "30 15 10 * * *", "Every day at 10:15:30"),
    ("*/10 30 9 * * *", "*/10 30 9 * * *", "Every day at 09:30:00, 09:30:10, 09:30:20, 09:30:30, 09:30:40 and 09:30:50"),
    ("*/20 */5 9-17 * * *", "*/20 */5 9-17 * * *", "Every 20 seconds of every 5th minute, from 09:00 to 17:59"),
    ("0 30 8 1 1 * 2030", "0 30 8 1 1 * 2030", "At 08:30 on the 1st of January in 2030"),
    ("0 0 12 1 1 * 2025,2027,2035", "0 0 12 1 1 * 2025,2027,2035", "At 12:00 on the 1st of January in 2025, 2027 and 2035"),
    ("0 0 0 29 2 * 2024-2040", "0 0 0 29 2 * 2024-2040", "At 00:00 on the 29th of February from 2024 to 2040"),
    ("@daily", "0 0 * * *", "Every day at 00:00"),
    ("@hourly", "0 * * * *", "Every hour"),
    ("@weekly", "0 0 * * sun", "At 00:00 every Sunday"),
    ("@monthly", "0 0 1 * *", "At 00:00 on the 1st"),
    ("@yearly", "0 0 1 1 *", "At 00:00 on the 1st of January"),
    ("0 9,17 * * *", "0 9,17 * * *", "Every day at 09:00 and 17:00"),
    ("0 0 * * 0", "0 0 * * sun", "At 00:00 every Sunday"),
    ("*/15 */2 * * *", "*/15 */2 * * *", "Every 15 minutes in every 2nd hour"),
    ("0-10 9 * * *", "0-10 9 * * *", "Every minute from 09:00 to 09:10"),
    ("0 9 * * sat-mon", "0 9 * * mon,sat,sun", "At 09:00, Saturday to Monday"),
    ("*/7 * * * *", "*/7 * * * *", "Every 7 minutes from the start of each hour"),
    ("1-59/2 * * * *", "1-59/2 * * * *", "Every 2 minutes from minute 1 of each hour"),
    ("0 0 10-20,25 * *", "0 0 10-20,25 * *", "At 00:00 on the 10th to 20th and 25th"),
    ("0 0 1 1-11/2 *", "0 0 1 */2 *", "At 00:00 on the 1st of January, March, May, July, September and November"),
    ("5 4 * * sun", "5 4 * * sun", "At 04:05 every Sunday"),
    ("0 0 * 1 mon", "0 0 * 1 mon", "At 00:00 every Monday in January"),
    ("0 22 * * 1-5", "0 22 * * mon-fri", "At 22:00, Monday to Friday"),
    ("23 0-20/2 * * *", "23 0-20/2 * * *", "Every 2 hours from 00:23 to 20:23"),
    ("0 0,12 1 */2 *", "0 0,12 1 */2 *", "At 00:00 and 12:00 on the 1st of January, March, May, July, September and November"),
    ("10-38/7 * * * *", "10-38/7 * * * *", "Every 7 minutes from minute 10 to 38 of each hour"),
    ("0 8-20/2 * * mon-sat", "0 8-20/2 * * mon-sat", "Every 2 hours from 08:00 to 20:00, Monday to Saturday"),
    ("0 4 8-14 * *", "0 4 8-14 * *", "At 04:00 on the 8th to 14th"),
];

#[test]
fn expressions_are_displayed_in_their_usual_form_and_described() {
    for &(text, displayed, described) in READ {
        let schedule = Schedule::parse_cron(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(schedule.to_string(), format!("cron {displayed}"), "{text}");
        assert_eq!(schedule.describe(), described, "{text}");
        assert_eq!(format!("cron {displayed}").parse(), Ok(schedule), "{text}");
    }
}

/// A text that is no expression, the marks below it, and the message.
#[rustfmt::skip]
const REFUSED: &[(&str, &str, &str)] = &[
    ("* * * *", "^^^^^^^", "4 fields are too few, write 5 (minute, hour, day of the month, month, weekday), 6 with the second first, or 7 with also the year last"),
    ("* * * * * * * *", "^^^^^^^^^^^^^^^", "8 fields are too many, write 5 (minute, hour, day of the month, month, weekday), 6 with the second first, or 7 with also the year last"),
    ("60 * * * *", "^^", "the minute `60` is not within 0 to 59"),
    ("* 24 * * *", "  ^^", "the hour `24` is not within 0 to 23"),
    ("* * 0 * *", "    ^", "the day of the month `0` is not within 1 to 31"),
    ("* * 32 * *", "    ^^", "the day of the month `32` is not within 1 to 31"),
    ("* * * 13 *", "      ^^", "the month `13` is not within 1 to 12"),
    ("* * * * 8", "        ^", "the weekday `8` is not within 0 to 7"),
    ("60 * * * * *", "^^", "the second `60` is not within 0 to 59"),
    ("0 0 0 1 1 * 1969", "            ^^^^", "the year `1969` is not within 1970 to 2400"),
    ("*/0 * * * *", "  ^", "a step of 0 is not possible, it must be at least 1"),
    ("*/61 * * * *", "  ^^", "the step `61` is larger than the 60 values of the minute"),
    ("5-3/0 * * * *", "    ^", "a step of 0 is not possible, it must be at least 1"),
    ("1, * * * *", "  ^", "the list of the minute has an empty place"),
    (",1 * * * *", "^", "the list of the minute has an empty place"),
    ("1-2-3 * * * *", "^^^^^", "`1-2-3` has more than one `-`"),
    ("1/2/3 * * * *", "  ^^^", "there is more than one step"),
    ("a * * * *", "^", "`a` is no minute, write 0 to 59"),
    ("* * * foo *", "      ^^^", "`foo` is no month, write 1 to 12 or jan to dec"),
    ("* * * * moday", "        ^^^^^", "the weekday `moday` is unknown, did you mean `mon`?"),
    ("* * * * 5#6", "          ^", "`6` is not within 1 to 5, the first to the last that a month can have"),
    ("* * * * mon#0", "            ^", "`0` is not within 1 to 5, the first to the last that a month can have"),
    ("* * * * L", "        ^", "`L` alone is no weekday, write `sat`, or `friL` for the last Friday of the month"),
    ("* * * * 5#L", "        ^^^", "write `5L` for the last one of the month"),
    ("* * L-0 * *", "    ^^^", "`L-0` is the last day of the month, write `L`"),
    ("* * L-31 * *", "    ^^^^", "`L-31` is before every month, `L-30` is the most"),
    ("* * 32W * *", "    ^^", "the day of the month `32` is not within 1 to 31"),
    ("* * 10-15W * *", "    ^^^^^^", "`W` follows one day of the month, such as `15W`, or `L`"),
    ("? * * * *", "^", "`?` is only for the day of the month and the weekday, write `*`"),
    ("* * ?/2 * *", "    ^", "`?` stands alone, write `*`"),
    ("0 0 31 2 *", "    ^^^^^^", "there is no such date, so this never fires"),
    ("0 0 31 4,6 *", "    ^^^^^^^^", "there is no such date, so this never fires"),
    ("0 0 0 29 2 * 2025", "      ^^^^^^^^^^^", "there is no such date, so this never fires"),
    ("@dayly", "^^^^^^", "unknown `@dayly`, did you mean `@daily`?"),
    ("@reboot", "^^^^^^^", "a job that runs when the program starts has `start = \"now\"`"),
    ("@every 1h30", "         ^^", "`30` has no unit, write `1h 30m` or `1h 30s`"),
    ("-1 * * * *", "^^", "the range `-1` has no start"),
    ("1.5 * * * *", "^^^", "`1.5` is no minute, write 0 to 59"),
    ("* * * * mon-", "        ^^^^", "the range `mon-` has no end"),
    ("H * * * *", "^", "`H` of Jenkins is unknown here, write a minute from 0 to 59"),
    ("* * * jan-foo *", "          ^^^", "`foo` is no month, write 1 to 12 or jan to dec"),
    ("0 0 * * 1-5L", "        ^^^^", "`L` follows one weekday, write a list such as `thuL,friL`"),
];

#[test]
fn a_refusal_names_the_field_and_marks_the_place() {
    for &(text, carets, message) in REFUSED {
        let error = Schedule::parse_cron(text).unwrap_err().to_string();
        let expected =
            format!("cannot read the cron expression `{text}`: {message}\n  {text}\n  {carets}");
        assert_eq!(error, expected);
    }
    let error = "cron 61 * * * *"
        .parse::<Schedule>()
        .unwrap_err()
        .to_string();
    let expected = "\
cannot read the schedule `cron 61 * * * *`: the minute `61` is not within 0 to 59
  cron 61 * * * *
       ^^";
    assert_eq!(error, expected);
    let error = "0 9 * * mon-fri"
        .parse::<Schedule>()
        .unwrap_err()
        .to_string();
    let expected = "\
cannot read the schedule `0 9 * * mon-fri`: a cron expression needs `cron`, write `cron 0 9 * * mon-fri`
  0 9 * * mon-fri
  ^^^^^^^^^^^^^^^";
    assert_eq!(error, expected);
    assert_eq!(
        Schedule::parse_cron(" ").unwrap_err().to_string(),
        "the cron expression is empty, write something such as `0 9 * * mon-fri` or `@daily`"
    );
}

#[track_caller]
fn same(one: &str, other: &str) {
    let read = |text: &str| Schedule::parse_cron(text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read(one), read(other), "{one} and {other}");
}

#[track_caller]
fn differ(one: &str, other: &str) {
    let read = |text: &str| Schedule::parse_cron(text).unwrap_or_else(|error| panic!("{error}"));
    assert_ne!(read(one), read(other), "{one} and {other}");
}

#[test]
fn what_means_the_same_is_equal() {
    same("0 0 * * 7", "00 00 * * SUN");
    same("0 0 * * 7", "0 0 0 ? * sunday *");
    same("0 0 * * 0-7", "0 0 * * mon-sun");
    same("0 0 * * 5-7", "0 0 * * fri,sat,sun");
    same("0 0 * * fri-mon", "0 0 * * 5-1");
    same("0 22-2 * * *", "0 22,23,0,1,2 * * *");
    same("0 22-4/2 * * *", "0 22,0,2,4 * * *");
    same("0 0 28-3 * *", "0 0 28,29,30,31,1-3 * *");
    same("0 0 1 nov-feb *", "0 0 1 JANUARY,2,11,DEC *");
    same("5/10 * * * *", "5-59/10 * * * *");
    same("0 */24 * * *", "*/60 0 * * *");
    same("@daily", "@MIDNIGHT");
    same("@yearly", "@annually");
    same("@weekly", "0 0 * * 7");
    same("cron 0 9 * * *", "0 9 * * * ");
    same("0\t9  * *  *", "0 9 * * *");
    same("0 9 ? * mon", "0 9 * * mon");
    // Either of two, of which one is every day.
    same("0 9 1-31 * mon", "0 9 * * *");
    // A `*` decides about clock changes and about the two day fields.
    differ("0-59 9 * * *", "* 9 * * *");
    differ("0 0 1-31/2 * mon", "0 0 */2 * mon");
    differ("0 0 1-7 * 0-6/2", "0 0 1-7 * */2");
    assert_eq!(Schedule::parse_cron("@every 1h30m"), "every 1h 30m".parse());
    assert_eq!(
        "@daily in UTC".parse(),
        Schedule::parse_cron("0 0 * * * in UTC")
    );
    assert_eq!(task_schedule::cron("0 9 * * *"), "cron 0 9 * * *".parse());
}

/// The first fires after `start`, as the clocks of the zone show them.
#[track_caller]
fn check(text: &str, zone: &str, start: &str, expected: &[&str]) {
    let schedule: Schedule = format!("{text} in {zone}")
        .parse()
        .unwrap_or_else(|error| panic!("{error}"));
    let zone: chrono_tz::Tz = zone.parse().unwrap();
    let start: DateTime<Utc> = start.parse().unwrap();
    let fires = schedule.upcoming(start).take(expected.len());
    let fires: Vec<String> = fires
        .map(|t| t.with_timezone(&zone).format("%m-%d %H:%M%:z").to_string())
        .collect();
    assert_eq!(fires, expected, "{schedule}");
}

#[test]
fn times_that_do_not_exist_fire_once_after_the_gap() {
    let berlin = "2026-03-28T12:00:00Z";
    check(
        "cron 30 2 * * *",
        "Europe/Berlin",
        berlin,
        &["03-29 03:00+02:00", "03-30 02:30+02:00"],
    );
    check(
        "cron 0,30 2,3 * * *",
        "Europe/Berlin",
        berlin,
        &[
            "03-29 03:00+02:00",
            "03-29 03:30+02:00",
            "03-30 02:00+02:00",
        ],
    );
    check(
        "cron 30 2 * * * gap shift",
        "Europe/Berlin",
        berlin,
        &["03-29 03:30+02:00", "03-30 02:30+02:00"],
    );
    check(
        "cron 30 2 * * * gap skip",
        "Europe/Berlin",
        berlin,
        &["03-30 02:30+02:00"],
    );
    check(
        "cron */30 2 * * *",
        "Europe/Berlin",
        berlin,
        &["03-30 02:00+02:00", "03-30 02:30+02:00"],
    );
    check(
        "cron */30 1-3 * * *",
        "Europe/Berlin",
        berlin,
        &[
            "03-29 01:00+01:00",
            "03-29 01:30+01:00",
            "03-29 03:00+02:00",
            "03-29 03:30+02:00",
            "03-30 01:00+02:00",
        ],
    );
    check(
        "cron 15 2 * * *",
        "Australia/Lord_Howe",
        "2024-10-05T00:00:00Z",
        &["10-06 02:30+11:00", "10-07 02:15+11:00"],
    );
    // The day is that of the time that was meant.
    check(
        "cron 0 0 * * sun",
        "America/Sao_Paulo",
        "2018-11-03T12:00:00Z",
        &["11-04 01:00-02:00", "11-11 00:00-02:00"],
    );
    check(
        "cron 0 0 * * *",
        "Asia/Kathmandu",
        "1985-12-31T12:00:00Z",
        &["01-01 00:15+05:45", "01-02 00:00+05:45"],
    );
    check(
        "cron 30 1 * * *",
        "Antarctica/Troll",
        "2024-03-30T12:00:00Z",
        &["03-31 03:00+02:00", "04-01 01:30+02:00"],
    );
    // Morocco's clocks are set back for Ramadan, and forward after it.
    check(
        "cron 30 2 * * *",
        "Africa/Casablanca",
        "2024-04-13T12:00:00Z",
        &["04-14 03:00+01:00", "04-15 02:30+01:00"],
    );
    // A date that does not exist is not caught up.
    check(
        "cron 0 12 * * *",
        "Pacific/Apia",
        "2011-12-29T12:00:00Z",
        &["12-29 12:00-10:00", "12-31 12:00+14:00"],
    );
    check(
        "cron 0 0 30 12 *",
        "Pacific/Apia",
        "2011-12-01T12:00:00Z",
        &["12-30 00:00+14:00"],
    );
}

#[test]
fn times_that_exist_twice_fire_the_first_time() {
    let berlin = "2026-10-24T12:00:00Z";
    check(
        "cron 30 2 * * *",
        "Europe/Berlin",
        berlin,
        &["10-25 02:30+02:00", "10-26 02:30+01:00"],
    );
    check(
        "cron 30 2 * * * fold last",
        "Europe/Berlin",
        berlin,
        &["10-25 02:30+01:00", "10-26 02:30+01:00"],
    );
    check(
        "cron 30 2 * * * fold both",
        "Europe/Berlin",
        berlin,
        &[
            "10-25 02:30+02:00",
            "10-25 02:30+01:00",
            "10-26 02:30+01:00",
        ],
    );
    check(
        "cron */30 2 * * *",
        "Europe/Berlin",
        berlin,
        &[
            "10-25 02:00+02:00",
            "10-25 02:30+02:00",
            "10-25 02:00+01:00",
            "10-25 02:30+01:00",
        ],
    );
    check(
        "cron 0 */2 * * *",
        "America/New_York",
        "2024-11-03T03:00:00Z",
        &["11-03 00:00-04:00", "11-03 02:00-05:00"],
    );
    check(
        "cron 45 1 * * *",
        "Australia/Lord_Howe",
        "2024-04-06T00:00:00Z",
        &["04-07 01:45+11:00", "04-08 01:45+10:30"],
    );
    check(
        "cron 30 23 * * *",
        "America/Sao_Paulo",
        "2018-02-17T12:00:00Z",
        &["02-17 23:30-02:00", "02-18 23:30-03:00"],
    );
    // In Dublin, winter is the exception; the clocks don't care.
    check(
        "cron 30 1 * * *",
        "Europe/Dublin",
        "2024-10-26T12:00:00Z",
        &["10-27 01:30+01:00", "10-28 01:30+00:00"],
    );
    check(
        "cron 30 1 * * *",
        "Europe/Dublin",
        "2024-03-30T12:00:00Z",
        &["03-31 02:00+01:00", "04-01 01:30+01:00"],
    );
    // From the second pass on, the first is over.
    check(
        "cron 45 2 * * *",
        "Europe/Berlin",
        "2026-10-25T01:10:00Z",
        &["10-26 02:45+01:00"],
    );
    // Turkey's last change was in 2016, and Samoa had a Monday twice.
    check(
        "cron 30 3 27 3 *",
        "Europe/Istanbul",
        "2016-01-01T00:00:00Z",
        &["03-27 04:00+03:00", "03-27 03:30+03:00"],
    );
    check(
        "cron 0 12 4 7 *",
        "Pacific/Pago_Pago",
        "1892-07-01T00:00:00Z",
        &["07-04 12:00+12:37"],
    );
}

#[test]
fn rare_dates_are_found_and_searched_for_no_longer_than_the_calendar_lasts() {
    check(
        "cron 0 0 29 2 *",
        "UTC",
        "2096-03-01T00:00:00Z",
        &["02-29 00:00+00:00"],
    );
    let next = |text: &str, start: &str| {
        let schedule: Schedule = text.parse().unwrap();
        let start: DateTime<Utc> = start.parse().unwrap();
        schedule.next_after(start, start).map(|t| t.to_rfc3339())
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        next("cron 0 0 29 2 * in UTC", "1896-03-01T00:00:00Z"),
        some("1904-02-29T00:00:00+00:00")
    );
    assert_eq!(
        next("cron 0 0 0 29 2 * 2396 in UTC", "1970-01-01T00:00:00Z"),
        some("2396-02-29T00:00:00+00:00")
    );
    assert_eq!(
        next("cron 0 0 0 1 1 * 2030 in UTC", "2030-01-01T00:00:00Z"),
        None
    );
    // Every time that it is for is left out, until the clocks of the table end.
    let never = next(
        "cron */60 2 * 3 0#2 in America/New_York",
        "2024-01-01T00:00:00Z",
    );
    assert_eq!(never, some("2100-03-14T07:00:00+00:00"));
    assert_eq!(
        next("cron 0 0 1 1 * in UTC", "+262142-06-01T00:00:00Z"),
        None
    );
}

#[test]
fn the_period_is_the_shortest_gap() {
    let period = |text: &str| {
        Schedule::parse_cron(text)
            .unwrap()
            .period()
            .unwrap()
            .as_secs()
    };
    assert_eq!(period("* * * * * *"), 1);
    assert_eq!(period("*/7 * * * *"), 4 * 60);
    assert_eq!(period("0 22-2 * * *"), 3600);
    assert_eq!(period("0 9,17 * * *"), 8 * 3600);
    assert_eq!(period("0 9 * * mon-fri"), 86_400);
    assert_eq!(period("0 9 * * mon"), 7 * 86_400);
    assert_eq!(period("59 23 * * * "), 86_400);
    assert_eq!(period("0 0 1 * *"), 28 * 86_400);
    assert_eq!(period("0 0 1,L * *"), 86_400);
    assert_eq!(period("0 0 29 2 *"), 365 * 86_400);
}

#[test]
fn ten_years_are_counted_without_going_through_them() {
    let count = |text: &str, start: &str, end: &str| {
        let schedule: Schedule = text.parse().unwrap();
        let (start, end): (DateTime<Utc>, DateTime<Utc>) =
            (start.parse().unwrap(), end.parse().unwrap());
        let first = schedule.next_after(start, start).unwrap();
        let last = schedule.latest_until(0, start, end).unwrap();
        schedule.count_between(0, start, first, last)
    };
    let (start, end) = ("2019-12-31T23:59:59Z", "2029-12-31T23:59:59Z");
    assert_eq!(count("cron * * * * * in UTC", start, end), 3653 * 1440);
    // As many of elapsed time: what is left out comes back.
    assert_eq!(
        count("cron * * * * * in Europe/Berlin", start, end),
        3653 * 1440
    );
    assert_eq!(count("cron 30 2 * * * in Europe/Berlin", start, end), 3653);
    assert_eq!(
        count("cron 30 2 * * * gap skip in Europe/Berlin", start, end),
        3643
    );
    assert_eq!(
        count("cron 30 2 * * * fold both in Europe/Berlin", start, end),
        3663
    );
    assert_eq!(count("cron 0 0 29 2 * in UTC", start, end), 3);
    assert_eq!(
        count(
            "cron 0 12 * * * in Pacific/Apia",
            "2011-12-28T00:00:00Z",
            "2012-01-02T00:00:00Z"
        ),
        5
    );
    // Longer than the calendar, by whole turns of it.
    let end = "2826-03-01T00:00:00Z";
    let date = |text: &str| text.parse::<NaiveDate>().unwrap();
    let days = (date("2826-03-01") - date("1226-03-01")).num_days();
    assert_eq!(
        count("cron 0 0 * * * in UTC", "1226-03-01T00:00:00Z", end),
        days.unsigned_abs()
    );
    assert_eq!(
        count("cron 0 0 29 2 * in UTC", "1226-03-01T00:00:00Z", end),
        4 * 97
    );
    assert_eq!(
        count(
            "cron 0 0 0 29 2 * 2000-2400 in UTC",
            "1226-03-01T00:00:00Z",
            end
        ),
        98
    );
}

fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    let (min, max) = (
        DateTime::<Utc>::MIN_UTC.timestamp(),
        DateTime::<Utc>::MAX_UTC.timestamp(),
    );
    let seconds = prop_oneof![
        min..=max,
        0..4_102_444_800_i64,
        min..min + 999_999,
        max - 999_999..=max
    ];
    (seconds, 0..1_999_999_999_u32).prop_map(|(second, nano)| {
        DateTime::from_timestamp(second, nano).unwrap_or(DateTime::<Utc>::MAX_UTC)
    })
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn no_text_and_no_instant_is_too_much(
        text in prop_oneof!["\\PC{0,40}", "[0-9*/,?LW#a-z@ -]{1,30}", "(([*]|[0-9]{1,2}|[*]/[0-9]{1,2}|L|[0-9]{1,2}W|[0-7]#[1-5])[ ,]){5,9}"],
        anchor in any_instant(),
        after in any_instant(),
        zone in select(&["UTC", "local", "Europe/Berlin", "Pacific/Apia", "Africa/Monrovia"][..]),
    ) {
        let _ = text.parse::<Schedule>();
        let Ok(schedule) = Schedule::parse_cron(text.trim()) else {
            return Ok(());
        };
        let schedule = schedule.or_timezone(zone.parse().unwrap());
        prop_assert_eq!(schedule.to_string().parse(), Ok(schedule.clone()));
        prop_assert!(!schedule.describe().is_empty());
        let next = schedule.next_after(anchor, after);
        prop_assert!(next.is_none_or(|next| next > after), "{:?}", next);
        if let Some(next) = next {
            prop_assert!(schedule.count_between(0, anchor, next, next) == 1, "{} {}", schedule, next);
            let before = next - TimeDelta::nanoseconds(1);
            prop_assert_eq!(schedule.next_after(anchor, before.max(after)), Some(next));
        }
        let _ = schedule.count_between(0, anchor, anchor, after);
    }
}
