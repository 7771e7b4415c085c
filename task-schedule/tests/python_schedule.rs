//! Runs of Python's `schedule` 1.2.2 under a mocked clock, replayed.
//!
//! Each line of `data/python_schedule.jsonl` is a job: the calls that made it,
//! and the times at which the original ran it. The original counts from the
//! end of a run, so each step asks for the fire after the run before it.
#![cfg(feature = "chrono-tz")]

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde_json::Value;
use task_schedule::{Error, Every, Schedule, Zone, every};

use self::Why::*;

/// Why a step of ours is not the original's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// The time does not exist: ours is the first instant after the gap, the
    /// original's is shifted by the gap.
    FirstAfterGap,
    /// The original keeps the wrong offset after a clock change, and runs at
    /// another wall-clock time than it was told; or twice, or stops advancing.
    OffWallTime,
    /// The original waits for the wall clock to pass a time twice, and leaves
    /// out a fire of the second pass.
    SecondPass,
    /// The original counts wall-clock hours, ours are elapsed.
    ElapsedHours,
    /// The original adds to a naive local time, and lands in the past.
    NaiveLocal,
}

/// Line, step, reason, and what ours is instead.
#[rustfmt::skip]
const EXCEPTIONS: &[(u64, usize, Why, &str)] = &[
    (309, 0, FirstAfterGap, "2024-03-10T07:00:00Z"),
    (309, 1, OffWallTime, "2024-03-12T06:30:00Z"),
    (312, 1, OffWallTime, "2024-03-11T06:00:00Z"),
    (316, 0, FirstAfterGap, "2024-03-10T07:00:00Z"),
    (316, 1, OffWallTime, "2024-03-11T06:30:00Z"),
    (320, 0, OffWallTime, "2024-03-12T06:30:00Z"),
    (330, 1, FirstAfterGap, "2024-03-31T01:00:00Z"),
    (330, 2, OffWallTime, "2024-04-01T00:30:00Z"),
    (332, 0, FirstAfterGap, "2024-03-31T01:00:00Z"),
    (332, 1, OffWallTime, "2024-04-02T00:30:00Z"),
    (335, 1, OffWallTime, "2024-04-01T00:00:00Z"),
    (348, 0, SecondPass, "2024-10-27T01:15:00Z"),
    (351, 1, OffWallTime, "2024-10-06T15:00:00Z"),
    (368, 0, FirstAfterGap, "2018-11-04T03:00:00Z"),
    (368, 1, OffWallTime, "2018-11-05T02:30:00Z"),
    (368, 2, OffWallTime, "2018-11-05T02:30:00Z"),
    (368, 3, OffWallTime, "2018-11-05T02:30:00Z"),
    (387, 1, OffWallTime, "2024-04-15T01:00:00Z"),
    (391, 0, FirstAfterGap, "2024-03-10T07:00:00Z"),
    (391, 1, OffWallTime, "2024-03-11T06:30:00Z"),
    (406, 0, FirstAfterGap, "2024-03-10T07:00:00Z"),
    (406, 1, OffWallTime, "2024-03-11T06:30:00Z"),
    (407, 0, FirstAfterGap, "2024-03-10T07:00:00Z"),
    (407, 1, OffWallTime, "2024-03-11T06:30:00Z"),
    (412, 0, FirstAfterGap, "2024-03-31T01:00:00Z"),
    (412, 1, OffWallTime, "2024-04-01T00:30:00Z"),
    (425, 0, NaiveLocal, "2024-03-10T07:00:00Z"),
    (425, 1, NaiveLocal, "2024-03-10T07:00:00Z"),
    (430, 0, ElapsedHours, "2024-03-10T12:30:00Z"),
    (431, 0, NaiveLocal, "2024-03-10T07:15:00Z"),
    (431, 1, NaiveLocal, "2024-03-10T07:15:00Z"),
    (434, 2, ElapsedHours, "2024-11-03T10:00:00Z"),
    (438, 2, ElapsedHours, "2024-11-03T06:00:00Z"),
    (439, 1, SecondPass, "2024-11-03T06:15:00Z"),
    (442, 2, ElapsedHours, "2024-03-31T05:00:00Z"),
    (446, 2, ElapsedHours, "2024-10-27T04:00:00Z"),
];

#[test]
fn runs_are_those_of_the_original_but_for_the_exceptions() {
    let mut used = 0;
    let (mut rows_seen, mut steps_seen) = (0, 0);
    for row in rows(|row| row.runs.is_some() && row.until().is_none() && !row.is_random()) {
        rows_seen += 1;
        let schedule = row.build().unwrap();
        let mut from = row.now();
        for (step, run) in row.runs().into_iter().enumerate() {
            steps_seen += 1;
            let ours = schedule.next_after(from, from).unwrap();
            let place = format!("line {} step {step}: `{schedule}` after {from}", row.line);
            let exception = EXCEPTIONS
                .iter()
                .find(|exception| (exception.0, exception.1) == (row.line, step));
            match exception {
                None => assert_eq!(ours, run, "{place}"),
                Some(&(_, _, why, expected)) => {
                    used += 1;
                    assert_eq!(ours, instant(expected), "{place}: {why:?}");
                    assert_ne!(ours, run, "{place}: no exception at all");
                }
            }
            from = run + row.late();
        }
    }
    assert_eq!(used, EXCEPTIONS.len());
    assert_eq!((rows_seen, steps_seen), (461, 2556));
}

#[test]
fn what_the_original_gets_wrong_is_excepted_for_that_reason() {
    let mut marked = 0;
    for row in rows(|row| row.value.get("off").is_some()) {
        for step in row.value["off"].as_array().unwrap() {
            let step = step.as_u64().unwrap() as usize;
            let exception = EXCEPTIONS
                .iter()
                .find(|exception| (exception.0, exception.1) == (row.line, step));
            assert_eq!(
                exception.unwrap().2,
                OffWallTime,
                "line {} step {step}",
                row.line
            );
            marked += 1;
        }
    }
    assert_eq!(marked, 13);
}

/// There the original's `randint` was forced to one of its ends. Ours must be
/// between them, and in whole days or weeks where the unit is one.
#[test]
fn random_gaps_are_within_their_bounds() {
    let mut seen = 0;
    for row in rows(Row::is_random) {
        seen += 1;
        let schedule = row.build().unwrap();
        let unit = match row.text("unit").unwrap() {
            "seconds" => TimeDelta::seconds(1),
            "minutes" => TimeDelta::minutes(1),
            "hours" => TimeDelta::hours(1),
            "days" => TimeDelta::days(1),
            _ => TimeDelta::weeks(1),
        };
        let (min, max) = (
            unit * row.number("interval") as i32,
            unit * row.number("latest") as i32,
        );
        // With `at`, the first fire is counted from the beginning of the hour.
        let mut from = match row.text("at") {
            None => row.now(),
            Some(_) => schedule.next_after(row.now(), row.now()).unwrap(),
        };
        for _ in 0..50 {
            let next = schedule.next_after(row.now(), from).unwrap();
            let gap = next - from;
            assert!(
                min <= gap && gap <= max,
                "line {}: `{schedule}`: {gap}",
                row.line
            );
            if unit >= TimeDelta::days(1) || row.text("at").is_some() {
                assert_eq!(
                    gap.num_nanoseconds().unwrap() % unit.num_nanoseconds().unwrap(),
                    0,
                    "line {}",
                    row.line
                );
            }
            from = next;
        }
    }
    assert_eq!(seen, 9);
}

/// A fire counts by its fire time, so a late run does not lose it; and what
/// lies after the limit is no fire, where the original keeps the job until it
/// is due.
#[test]
fn no_fire_is_after_until() {
    let mut seen = 0;
    for row in rows(|row| row.until().is_some() && row.runs.is_some()) {
        seen += 1;
        let schedule = row.build().unwrap();
        schedule.check_from(row.now()).unwrap();
        let runs = row.runs();
        let mut expected = runs.clone();
        let is_cancelled = row.value.get("cancelled").is_some();
        if is_cancelled && !row.value["ran_last"].as_bool().unwrap() && !row.is_late() {
            expected.pop();
        }
        if row.is_late() {
            // It ran two days late; these fires were before the limit.
            expected = match row.line {
                484 => vec![
                    instant("2024-01-11T10:00:00Z"),
                    instant("2024-01-12T10:00:00Z"),
                ],
                487 => (11..=13)
                    .map(|day| instant(&format!("2024-01-{day}T10:00:00Z")))
                    .collect(),
                line => panic!("line {line} is new"),
            };
            assert_ne!(expected, runs, "line {}: no exception at all", row.line);
        }
        let more = usize::from(is_cancelled);
        let ours: Vec<_> = schedule
            .upcoming(row.now())
            .take(expected.len() + more)
            .collect();
        assert_eq!(ours, expected, "line {}: `{schedule}`", row.line);
    }
    assert_eq!(seen, 18);
}

#[test]
fn what_the_original_refuses_is_refused() {
    let mut seen = 0;
    for row in rows(|row| row.text("error").is_some() && row.text("call").is_none()) {
        seen += 1;
        match row.line {
            // Python reads `T` in no limit. Here a date and time may have one
            // wherever it stands.
            527 => {
                let limit = row.build().unwrap().until_from(row.now());
                assert_eq!(limit, Some(instant("2024-01-10T10:31:00Z")));
            }
            // A TypeError: `until(5)` does not compile.
            533 => assert_eq!(row.text("error"), Some("TypeError")),
            529..=532 => {
                let error = row.build().unwrap().check_from(row.now()).unwrap_err();
                assert!(error.is_past(), "line {}: {error}", row.line);
            }
            534 => assert!(row.build().unwrap_err().is_unknown_timezone()),
            line => assert!(row.build().is_err(), "line {line}: {:?}", row.build()),
        }
    }
    assert_eq!(seen, 46);
}

/// A call of the original, and the same of ours.
enum Call {
    Same(Every),
    /// Rust has no such value.
    DoesNotCompile,
    /// Is about running, not about when.
    NotASchedule,
    /// We say no where Python happens to work, or the other way round.
    Different(Every),
}

#[test]
fn calls_are_accepted_and_refused_as_by_the_original() {
    let day = || every(1).day();
    let call = |text: &str| match text {
        "s.every(1).seconds.do(f)" => Call::Same(every(1).seconds()),
        "s.every(2).minute.do(f)" => Call::Same(every(2).minute()),
        "s.every(2).hour.do(f)" => Call::Same(every(2).hour()),
        "s.every(1).hours.do(f)" => Call::Same(every(1).hours()),
        "s.every(2).day.do(f)" => Call::Same(every(2).day()),
        "s.every().days.do(f)" => Call::Same(every(1).days()),
        "s.every(1).weeks.do(f)" => Call::Same(every(1).weeks()),
        "s.every().weeks.do(f)" => Call::Same(every(1).weeks()),
        "s.every().second.at(':30').do(f)" => Call::Same(every(1).second().at(":30")),
        "s.every(2).monday" => Call::Same(every(2).monday()),
        "s.every().day.at('10:30', 'Europe/Nowhere').do(f)" => {
            Call::Same(day().at("10:30").timezone("Europe/Nowhere"))
        }
        "s.every().monday.at(':10').do(f)" => Call::Same(every(1).monday().at(":10")),
        "s.every().day.until('2024-01-10 10:30:00').do(f)" => {
            Call::Same(day().until("2024-01-10 10:30:00"))
        }
        "s.every().day.monday.do(f)" => Call::Same(day().monday()),
        "s.every().monday.tuesday.do(f)" => Call::Same(every(1).monday().tuesday()),
        "s.every().day.tag('a','b',1).do(f)" => Call::Same(day()),
        "s.every().day.at(None)"
        | "s.every().day.at('10:30', 5).do(f)"
        | "s.every().day.do()"
        | "s.every().day.do(5)"
        | "s.every().day.do(None)"
        | "s.every().day.tag([1])"
        | "s.every(1.5).hours.do(f)"
        | "s.every(1.5).hour.do(f)"
        | "s.every(True).hour.do(f)" => Call::DoesNotCompile,
        "Job(5).seconds.do(f)" | "s.run_pending()" | "s.run_all()" => Call::NotASchedule,
        // A date is not a type that `until` takes, but its text is read.
        "s.every().day.until(datetime.date(2024,1,12)).do(f)" => {
            Call::Different(day().until("2024-01-12"))
        }
        text => panic!("no such call: {text}"),
    };
    let now = instant("2024-01-10T10:30:00Z");
    let mut seen = 0;
    for row in rows(|row| row.text("call").is_some()) {
        seen += 1;
        let text = row.text("call").unwrap();
        match (call(text), row.text("result")) {
            (Call::Same(ours), Some(result)) => {
                let (_, next) = result.rsplit_once("next_run=").unwrap();
                let next = NaiveDateTime::parse_from_str(next, "%Y-%m-%d %H:%M:%S")
                    .unwrap()
                    .and_utc();
                let schedule = ours.build().unwrap().or_timezone(Zone::UTC);
                // The original keeps a job whose first run is past its limit.
                let limit = schedule.until_from(now).unwrap_or(next);
                let next = Some(next).filter(|&next| next <= limit);
                assert_eq!(schedule.next_after(now, now), next, "{text}");
                schedule.check_from(now).unwrap();
            }
            (Call::Same(ours), None) => assert!(ours.build().is_err(), "{text}"),
            (Call::Different(ours), result) => {
                assert_ne!(ours.build().is_ok(), result.is_some(), "{text}")
            }
            (Call::DoesNotCompile | Call::NotASchedule, _) => {}
        }
    }
    assert_eq!(seen, 29);
}

struct Row {
    line: u64,
    runs: Option<Vec<DateTime<Utc>>>,
    value: Value,
}

fn rows(wanted: impl Fn(&Row) -> bool) -> impl Iterator<Item = Row> {
    let parse = |text: &str| {
        let value: Value = serde_json::from_str(text).unwrap();
        let runs = value
            .get("runs")
            .map(|runs| runs.as_str().unwrap().split(' ').map(instant).collect());
        Row {
            line: value["line"].as_u64().unwrap(),
            runs,
            value,
        }
    };
    include_str!("data/python_schedule.jsonl")
        .lines()
        .map(parse)
        .filter(wanted)
}

impl Row {
    fn text(&self, key: &str) -> Option<&str> {
        self.value.get(key)?.as_str()
    }

    fn number(&self, key: &str) -> u32 {
        self.value[key].as_u64().unwrap().try_into().unwrap()
    }

    fn now(&self) -> DateTime<Utc> {
        instant(self.text("now").unwrap())
    }

    fn runs(&self) -> Vec<DateTime<Utc>> {
        self.runs.clone().unwrap()
    }

    fn late(&self) -> TimeDelta {
        TimeDelta::seconds(
            self.value
                .get("late")
                .map_or(0, |late| late.as_i64().unwrap()),
        )
    }

    fn is_late(&self) -> bool {
        self.value.get("late").is_some()
    }

    fn until(&self) -> Option<&Value> {
        self.value.get("until")
    }

    fn is_random(&self) -> bool {
        self.value
            .get("latest")
            .is_some_and(|latest| *latest != self.value["interval"])
    }

    /// The same job made with the same calls.
    fn build(&self) -> Result<Schedule, Error> {
        let mut every = every(self.number("interval"));
        if self.value.get("latest").is_some() {
            every = every.to(self.number("latest"));
        }
        every = match self.text("weekday").or(self.text("unit")).unwrap() {
            "seconds" => every.seconds(),
            "minutes" => every.minutes(),
            "hours" => every.hours(),
            "days" => every.days(),
            "weeks" => every.weeks(),
            "monday" => every.monday(),
            "tuesday" => every.tuesday(),
            "wednesday" => every.wednesday(),
            "thursday" => every.thursday(),
            "friday" => every.friday(),
            "saturday" => every.saturday(),
            "sunday" => every.sunday(),
            unit => panic!("no such unit: {unit}"),
        };
        if let Some(at) = self.text("at") {
            every = every.at(at);
        }
        if let Some(zone) = self.text("tz") {
            every = every.timezone(zone);
        }
        every = match self.until() {
            None => every,
            Some(until) => {
                let (kind, value) = until.as_object().unwrap().iter().next().unwrap();
                let text = value.as_str().unwrap_or_default();
                match kind.as_str() {
                    "str" => every.until(text),
                    "datetime" => every.until(text.parse::<NaiveDateTime>().unwrap()),
                    "time" => every.until(text.parse::<NaiveTime>().unwrap()),
                    "timedelta_s" => every.until(Duration::from_secs(value.as_u64().unwrap())),
                    kind => panic!("no such limit: {kind}"),
                }
            }
        };
        let local: Zone = self.text("local_tz").unwrap_or("UTC").parse().unwrap();
        Ok(every.build()?.or_timezone(local))
    }
}

#[track_caller]
fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
