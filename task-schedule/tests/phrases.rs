//! The language: what is read, as what, and what is refused. The messages are
//! in `messages.rs`.

use std::time::Duration;

use serde_json::Value;
use task_schedule::{Schedule, Until, parse_span};

/// What other parsers make of a phrase, and what ours does.
#[test]
fn phrases_mean_what_they_mean_elsewhere() {
    // A period of zero, and one of 292 thousand million years.
    let refused_nonetheless = ["0s", "9223372036854775807s"];
    let (mut seen, mut accepted) = (0, 0);
    for line in include_str!("data/interval_phrases.jsonl").lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let phrase = row["phrase"].as_str().unwrap();
        let ours = row.get("ours").map(|ours| ours.as_str().unwrap());
        let theirs = |who: &str| row.get(who).map(|secs| secs.as_str().unwrap());
        seen += 1;
        match (phrase.parse::<Schedule>(), ours) {
            (Ok(schedule), Some(ours)) => {
                accepted += 1;
                assert_eq!(schedule.to_string(), ours, "{phrase:?}");
                let period = schedule.period().unwrap();
                for secs in [theirs("humantime"), theirs("jiff")].into_iter().flatten() {
                    assert_eq!(period, seconds(secs), "{phrase:?}");
                }
            }
            (Err(_), None) => {
                let both_read_it =
                    theirs("humantime").is_some() && theirs("humantime") == theirs("jiff");
                assert_eq!(
                    both_read_it,
                    refused_nonetheless.contains(&phrase),
                    "{phrase:?}"
                );
            }
            (result, ours) => panic!("{phrase:?}: {result:?}, expected {ours:?}"),
        }
    }
    assert_eq!((seen, accepted), (226, 113));
}

/// Decimal seconds, exactly.
fn seconds(text: &str) -> Duration {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    Duration::new(
        whole.parse().unwrap(),
        format!("{fraction:0<9}").parse().unwrap(),
    )
}

#[rustfmt::skip]
const CANONICAL: &[(&str, &str)] = &[
    // Elapsed time.
    ("30s", "every 30s"),
    ("EVERY 30 Seconds", "every 30s"),
    ("every  1h   30m", "every 1h 30m"),
    ("1500ms", "every 1s 500ms"),
    ("90 min", "every 1h 30m"),
    ("1d 12h", "every 36h"),
    ("48h", "every 48h"),
    ("an hour and a minute", "every 1h 1m"),
    ("1 hour, 5 minutes and 3 seconds", "every 1h 5m 3s"),
    ("1 hour, and 5 minutes", "every 1h 5m"),
    ("0.25h", "every 15m"),
    ("1.000000001s", "every 1s 1ns"),
    ("213160 days 1h", "every 5115841h"),
    ("minute", "every 1m"),
    ("every Hour", "every 1h"),
    ("pt36h", "every 36h"),
    ("5m aligned", "every 5m aligned"),
    ("24h ALIGNED", "every 24h aligned"),
    // Random.
    ("5s to 10s", "every 5s to 10s"),
    ("5 to 10 seconds", "every 5s to 10s"),
    ("0.5 to 1.5s", "every 500ms to 1s 500ms"),
    ("every 1m 30s to 2m", "every 1m 30s to 2m"),
    ("5m to 300s", "every 5m"),
    ("5 to 10 days", "every 5 to 10 days"),
    ("5d to 1w", "every 5 to 7 days"),
    ("1 to 3 weeks", "every 1 to 3 weeks"),
    ("7 to 21 days", "every 7 to 21 days"),
    ("1d to 36h", "every 24h to 36h"),
    ("PT30S to PT1M", "every 30s to 1m"),
    // Days and weeks.
    ("day", "every day"),
    ("1 day", "every day"),
    ("3d", "every 3 days"),
    ("7 days", "every week"),
    ("2 weeks", "every 2 weeks"),
    ("1w 2d", "every 9 days"),
    ("P2W", "every 2 weeks"),
    ("Day at 10:30", "every day at 10:30"),
    ("every 1 day at 00:00:00", "every day at 00:00"),
    ("3 days at 10:30:15", "every 3 days at 10:30:15"),
    ("days at 10:30", "every day at 10:30"),
    ("7 days at 10:30", "every 7 days at 10:30"),
    ("5 to 10 days at 10:30", "every 5 to 10 days at 10:30"),
    // Days of the week.
    ("monday", "every monday"),
    ("every Mondays at 09:00", "every monday at 09:00"),
    ("mon and fri", "every monday and friday"),
    ("fri, mon", "every monday and friday"),
    ("mon, wed and fri at 09:00", "every monday, wednesday and friday at 09:00"),
    ("tue,thur,sat", "every tuesday, thursday and saturday"),
    ("monday, wednesday, and friday", "every monday, wednesday and friday"),
    ("mon-fri at 09:00", "every weekday at 09:00"),
    ("monday to friday", "every weekday"),
    ("mon - wed, sat", "every monday, tuesday, wednesday and saturday"),
    ("fri-mon", "every monday, friday, saturday and sunday"),
    ("sat and sun", "every weekend"),
    ("weekdays at 09:00", "every weekday at 09:00"),
    ("weekends", "every weekend"),
    ("weekday and sunday", "every monday, tuesday, wednesday, thursday, friday and sunday"),
    // Minutes and seconds of the clock.
    ("hour at :15", "every hour at :15"),
    ("every hours at :15:30", "every hour at :15:30"),
    ("1h at :15", "every hour at :15"),
    ("2 hours at :15:30", "every 2 hours at :15:30"),
    ("1 to 4 hours at :45", "every 1 to 4 hours at :45"),
    ("minute at :30", "every minute at :30"),
    ("5m at :00", "every 5 minutes at :00"),
    // Delays.
    ("delay 30s", "delay 30s"),
    ("Delay 5 to 10 minutes", "delay 5m to 10m"),
    ("delay 2 days", "delay 48h"),
    // Once.
    ("at 2026-12-24 18:00", "at 2026-12-24 18:00"),
    ("at 2026-12-24T18:00:00", "at 2026-12-24 18:00"),
    ("at 2026-12-24 18:00:30.250", "at 2026-12-24 18:00:30.25"),
    ("at 2026-12-24 18:00Z", "at 2026-12-24T18:00:00Z"),
    ("at 2026-12-24t18:00:00z", "at 2026-12-24T18:00:00Z"),
    ("at 2026-12-24T18:00:00+01:00", "at 2026-12-24T17:00:00Z"),
    ("at 2026-12-24 18:00 -0530", "at 2026-12-24T23:30:00Z"),
    ("at +12026-12-24 18:00", "at +12026-12-24 18:00"),
    ("at -0044-03-15 12:00", "at -0044-03-15 12:00"),
    // Limits and zones.
    ("10s until 2026-12-24 18:00", "every 10s until 2026-12-24 18:00"),
    ("10s until 2026-12-24", "every 10s until 2026-12-24 00:00"),
    ("10s UNTIL 18:00:30", "every 10s until 18:00:30"),
    ("10s until 2026-12-24T18:00+01:00", "every 10s until 2026-12-24T17:00:00Z"),
    ("10s for 1 day", "every 10s for 24h"),
    ("delay 10s for 1h", "delay 10s for 1h"),
    ("day at 10:30 in UTC", "every day at 10:30 in UTC"),
    ("day at 10:30 in utc", "every day at 10:30 in UTC"),
    ("day at 10:30 in local", "every day at 10:30 in local"),
    ("day in Z", "every day in UTC"),
    ("day in UTC for 1h", "every day for 1h in UTC"),
    ("10s until 2026-12-24 18:00 in UTC", "every 10s until 2026-12-24 18:00 in UTC"),
    ("5m aligned for 1h", "every 5m aligned for 1h"),
    // Hours, days, and changes of the clock, in any order.
    ("10m between 09:00 and 17:00", "every 10m between 09:00 and 17:00"),
    ("10m BETWEEN 09:00 TO 17:00:30 ON Monday to Friday in utc", "every 10m between 09:00 and 17:00:30 on mon-fri in UTC"),
    ("10m in UTC for 1h on sat, sun between 22:00 and 06:00", "every 10m between 22:00 and 06:00 on sat, sun for 1h in UTC"),
    ("5m aligned on weekdays", "every 5m aligned on mon-fri"),
    ("5s to 10s on monday and friday", "every 5s to 10s on mon, fri"),
    ("delay 5s to 10s on fri-mon until 18:00", "delay 5s to 10s on mon, fri-sun until 18:00"),
    ("every monday, wednesday and friday at 09:00 on mon-wed", "every monday, wednesday and friday at 09:00 on mon-wed"),
    ("every monday between 09:00 and 17:00", "every monday between 09:00 and 17:00"),
    ("hour at :15 on weekend between 09:00 and 17:00", "every hour at :15 between 09:00 and 17:00 on sat, sun"),
    ("day at 02:30 fold both gap skip", "every day at 02:30 gap skip fold both"),
    ("day at 02:30 gap AFTER fold First", "every day at 02:30"),
    ("3 days at 02:30 fold last on mon-fri gap shift for 24h", "every 3 days at 02:30 on mon-fri gap shift fold last for 24h"),
    ("at 2026-03-29 02:30 gap shift in local", "at 2026-03-29 02:30 gap shift in local"),
];

#[test]
fn texts_have_one_canonical_form_that_reads_back_as_the_same() {
    for &(text, canonical) in CANONICAL {
        let schedule: Schedule = text.parse().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(schedule.to_string(), canonical, "{text}");
        assert_eq!(canonical.parse(), Ok(schedule), "{canonical}");
    }
}

#[test]
fn each_key_of_the_attribute_takes_its_kind_only() {
    let every = |text| Schedule::parse_every(text).map(|schedule| schedule.to_string());
    let delay = |text| Schedule::parse_delay(text).map(|schedule| schedule.to_string());
    let once = |text| Schedule::parse_once(text).map(|schedule| schedule.to_string());

    assert_eq!(every("30s").unwrap(), "every 30s");
    assert_eq!(every("every 30s for 1h").unwrap(), "every 30s for 1h");
    assert!(every("delay 30s").is_err());
    assert!(every("at 2026-12-24 18:00").is_err());
    assert!(every("2026-12-24 18:00").is_err());

    assert_eq!(delay("30s").unwrap(), "delay 30s");
    assert_eq!(delay("delay 5s to 10s").unwrap(), "delay 5s to 10s");
    assert_eq!(
        delay("5 to 10 seconds for 1h").unwrap(),
        "delay 5s to 10s for 1h"
    );
    assert!(delay("every 30s").is_err());
    assert!(delay("day at 10:30").is_err());
    assert!(delay("minute").is_err());

    assert_eq!(once("2026-12-24 18:00").unwrap(), "at 2026-12-24 18:00");
    assert_eq!(
        once("at 2026-12-24 18:00 in UTC").unwrap(),
        "at 2026-12-24 18:00 in UTC"
    );
    assert!(once("30s").is_err());
    assert!(once("2026-12-24").is_err());
}

#[test]
fn limits_are_read_on_their_own() {
    let check = |text: &str, canonical: &str| {
        let until: Until = text.parse().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(until.to_string(), canonical, "{text}");
        assert_eq!(canonical.parse(), Ok(until), "{canonical}");
    };
    check("2026-12-24 18:00", "2026-12-24 18:00");
    check("2026-12-24T18:00:30", "2026-12-24 18:00:30");
    check("2026-12-24", "2026-12-24 00:00");
    check(" 18:00 ", "18:00");
    check("18:00:30.5", "18:00:30.5");
    check("2026-12-24T18:00:00+01:00", "2026-12-24T17:00:00Z");
    check("1h", "1h");
    check("for 1 day", "24h");
    // A limit may be further away than a period can be long.
    check("365000 days", "8760000h");
    for text in [
        "",
        "for",
        "0s",
        "24:00",
        "9:00",
        "tomorrow",
        "1h 2026-12-24",
        "until 18:00",
        "18:00 in UTC",
    ] {
        assert!(text.parse::<Until>().is_err(), "{text}");
    }
}

#[test]
fn spans_are_strict_and_their_days_have_24_hours() {
    assert_eq!(parse_span("1d"), Ok(Duration::from_secs(86_400)));
    assert_eq!(parse_span(" 1w 2d 3h "), Ok(Duration::from_secs(788_400)));
    assert_eq!(parse_span("P1DT1H"), Ok(Duration::from_secs(90_000)));
    assert_eq!(
        parse_span("18446744073709551615ns"),
        Ok(Duration::from_nanos(u64::MAX))
    );
    for text in [
        "minute",
        "every 30s",
        "30s to 40s",
        "30s for 1h",
        "0s",
        "30",
        "18446744073709551616ns",
    ] {
        assert!(parse_span(text).is_err(), "{text}");
    }
}
