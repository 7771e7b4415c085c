//! The canonical text of a schedule, which the parser reads back.

use std::{fmt, time::Duration};

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Timelike, Utc, Weekday};

use crate::{
    calendar::{Calendar, Dates, DayUnit, Steps, Weekdays},
    clock_change::{ClockChange, Fold, Gap},
    instant,
    interval::Spacing,
    schedule::{Kind, Schedule},
    unit::Unit,
    until::{self, Until},
    wall_grid::{GridUnit, WallGrid},
};

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Interval(gap) => write!(f, "every {gap}")?,
            Kind::Aligned(interval) => {
                write!(f, "every {} aligned", Span(interval.nanos().into()))?
            }
            Kind::Delay(gap) => write!(f, "delay {gap}")?,
            Kind::Calendar(calendar) => write!(f, "every {calendar}")?,
            Kind::WallGrid(grid) => write!(f, "every {grid}")?,
            Kind::Cron(cron) => write!(f, "cron {cron}")?,
            Kind::Once(moment) => write!(f, "at {}", Moment(*moment))?,
        }
        if let Some(between) = self.window.between {
            let (from, to) = (TimeOfDay(between.from()), TimeOfDay(between.to()));
            write!(f, " between {from} and {to}")?;
        }
        if let Some(days) = self.window.days {
            write!(f, " on {days}")?;
        }
        let ClockChange { gap, fold } = self.change;
        if gap != Gap::default() {
            write!(f, " gap {gap}")?;
        }
        if fold != Fold::default() {
            write!(f, " fold {fold}")?;
        }
        if let Some(until) = self.until {
            write!(f, " {}", Limit(until))?;
        }
        if let Some(zone) = self.zone {
            write!(f, " in {zone}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Spacing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (min, max) = self.bounds();
        Span(min.nanos().into()).fmt(f)?;
        if min != max {
            write!(f, " to {}", Span(max.nanos().into()))?;
        }
        Ok(())
    }
}

impl fmt::Display for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.dates {
            Dates::Every {
                steps,
                unit: DayUnit::Day,
            } => write_steps(f, steps, "day")?,
            Dates::Every {
                steps,
                unit: DayUnit::Week,
            } => write_steps(f, steps, "week")?,
            Dates::On(set) => set.fmt(f)?,
        }
        match self.at {
            Some(at) => write!(f, " at {}", TimeOfDay(at)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for WallGrid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (minute, second) = (self.second / 60, self.second % 60);
        match (self.unit, second) {
            (GridUnit::Minute, _) => {
                write_steps(f, self.steps, "minute")?;
                write!(f, " at :{second:02}")
            }
            (GridUnit::Hour, 0) => {
                write_steps(f, self.steps, "hour")?;
                write!(f, " at :{minute:02}")
            }
            (GridUnit::Hour, _) => {
                write_steps(f, self.steps, "hour")?;
                write!(f, " at :{minute:02}:{second:02}")
            }
        }
    }
}

fn write_steps(f: &mut fmt::Formatter<'_>, steps: Steps, unit: &str) -> fmt::Result {
    match (steps.min(), steps.max()) {
        (1, 1) => f.write_str(unit),
        (min, max) if min == max => write!(f, "{min} {unit}s"),
        (min, max) => write!(f, "{min} to {max} {unit}s"),
    }
}

impl fmt::Display for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Weekdays::MONDAY_TO_FRIDAY => f.write_str("weekday"),
            Weekdays::WEEKEND => f.write_str("weekend"),
            days => {
                let mut words = Vec::new();
                for day in days.list() {
                    words.push(weekday(day).to_lowercase());
                }
                f.write_str(&list(words))
            }
        }
    }
}

/// `a, b and c`.
pub(crate) fn list(mut words: Vec<String>) -> String {
    let Some(last) = words.pop() else {
        return String::new();
    };
    if words.is_empty() {
        last
    } else {
        format!("{} and {last}", words.join(", "))
    }
}

/// The day's full name, capitalised.
pub(crate) fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            until::Limit::Moment(moment) => Moment(moment).fmt(f),
            until::Limit::TimeOfDay(time) => TimeOfDay(time).fmt(f),
            until::Limit::Span(span) => Span(span.as_nanos()).fmt(f),
        }
    }
}

/// A limit with the word that introduces it: `until 18:00`, `for 1h`.
pub(crate) struct Limit(pub(crate) Until);

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.0 {
            until::Limit::Span(_) => write!(f, "for {}", self.0),
            _ => write!(f, "until {}", self.0),
        }
    }
}

/// `2026-12-24 18:00`, `2026-12-24T17:00:00Z`.
pub(crate) struct Moment(pub(crate) instant::Moment);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            instant::Moment::Instant(t) => Instant(t).fmt(f),
            instant::Moment::Wall(local) => {
                write!(f, "{} {}", Date(local.date()), TimeOfDay(local.time()))
            }
        }
    }
}

/// `2026-12-24T17:00:00Z`.
pub(crate) struct Instant(pub(crate) DateTime<Utc>);

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

/// `2026-12-24`.
pub(crate) struct Date(pub(crate) NaiveDate);

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As chrono does: a sign outside of the years 0 to 9999.
        write!(f, "{:?}", self.0)
    }
}

/// `18:00`, `18:00:30`, `18:00:30.5`.
pub(crate) struct TimeOfDay(pub(crate) NaiveTime);

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.0;
        write!(f, "{:02}:{:02}", time.hour(), time.minute())?;
        if time.nanosecond() > 0 {
            let fraction = format!("{:09}", time.nanosecond());
            write!(
                f,
                ":{:02}.{}",
                time.second(),
                fraction.trim_end_matches('0')
            )
        } else if time.second() > 0 {
            write!(f, ":{:02}", time.second())
        } else {
            Ok(())
        }
    }
}

/// A span of so many nanoseconds: `1h 30m`.
///
/// Hours are the largest unit: two days of elapsed time are `48h`, since `2d`
/// would follow the calendar.
pub(crate) struct Span(pub(crate) u128);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (count, unit) in parts(self.0) {
            write!(f, "{separator}{count}{}", unit.short())?;
            separator = " ";
        }
        // A limit of zero has no parts.
        if separator.is_empty() {
            f.write_str("0s")
        } else {
            Ok(())
        }
    }
}

/// Writes a span as it is read: `1h 30m`.
#[must_use]
pub fn span_text(span: Duration) -> String {
    Span(span.as_nanos()).to_string()
}

/// The parts of a span, from hours down, that are not zero.
pub(crate) fn parts(nanos: u128) -> Vec<(u128, Unit)> {
    let units = [
        Unit::Hour,
        Unit::Minute,
        Unit::Second,
        Unit::Millisecond,
        Unit::Microsecond,
        Unit::Nanosecond,
    ];
    let mut parts = Vec::new();
    let mut rest = nanos;
    for unit in units {
        let count = rest / unit.nanos();
        rest %= unit.nanos();
        if count > 0 {
            parts.push((count, unit));
        }
    }
    parts
}
