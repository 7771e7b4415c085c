//! A schedule as a colleague would say it.

use chrono::NaiveDateTime;

use crate::{
    calendar::{Calendar, Dates, DayUnit, Steps, Weekdays},
    clock_change::{Fold, Gap},
    display::{Date, TimeOfDay, list, parts, weekday},
    instant::Moment,
    interval::Spacing,
    schedule::{Basis, Kind, Schedule},
    unit::Unit,
    until::Limit,
    wall_grid::{GridUnit, WallGrid},
    window::Days,
};

impl Schedule {
    /// The schedule in a sentence, without a full stop.
    ///
    /// ```
    /// use task_schedule::Schedule;
    ///
    /// let describe = |text: &str| text.parse::<Schedule>().map(|schedule| schedule.describe());
    /// assert_eq!(describe("1h 30m")?, "Every 1 hour 30 minutes");
    /// assert_eq!(describe("5s to 10s")?, "Every 5 to 10 seconds, at random");
    /// assert_eq!(describe("mon-fri at 09:00 in UTC")?, "At 09:00, Monday to Friday (UTC)");
    /// assert_eq!(describe("delay 30s")?, "30 seconds after the last run ended");
    /// assert_eq!(describe("10s until 18:00")?, "Every 10 seconds, until 18:00 on the first day");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn describe(&self) -> String {
        let mut text = match self.kind {
            Kind::Interval(Spacing::Fixed(period)) => every_span(period.nanos()),
            Kind::Interval(gap @ Spacing::Random(_)) => {
                format!("Every {}, at random", gap_in_words(gap))
            }
            Kind::Aligned(period) => {
                let span = span(period.nanos().into());
                format!("{}, on multiples of {span}", every_span(period.nanos()))
            }
            Kind::Delay(gap) => {
                let random = if matches!(gap, Spacing::Random(_)) {
                    ", at random"
                } else {
                    ""
                };
                format!("{} after the last run ended{random}", gap_in_words(gap))
            }
            Kind::Calendar(calendar) => describe_calendar(calendar),
            Kind::WallGrid(grid) => describe_grid(grid),
            Kind::Cron(cron) => cron.describe(),
            Kind::Once(at) => format!("Once, on {}", moment(at)),
        };
        if let Some(between) = self.window.between {
            text.push_str(&format!(", from {between}"));
        }
        if let Some(days) = self.window.days {
            text.push_str(&format!(", {}", days_in_words(days)));
        }
        match self.change.gap {
            Gap::After => {}
            Gap::Shift => text.push_str(", as much later when the clock is set forward over it"),
            Gap::Skip => text.push_str(", skipped when the clock is set forward over it"),
        }
        match self.change.fold {
            Fold::First => {}
            Fold::Last => text.push_str(", the second time when the clock is set back over it"),
            Fold::Both => text.push_str(", both times when the clock is set back over it"),
        }
        let zone = self.zone.map_or(String::new(), |zone| format!(" ({zone})"));
        // The zone stands behind what it is for: the fires, or else the limit.
        let limit_only = matches!(self.basis(), Basis::Elapsed);
        if !limit_only {
            text.push_str(&zone);
        }
        if let Some(until) = self.until {
            text.push_str(&match until.0 {
                Limit::Moment(at) => format!(", until {}", moment(at)),
                Limit::TimeOfDay(time) => format!(", until {} on the first day", TimeOfDay(time)),
                Limit::Span(length) => format!(", for {}", span(length.as_nanos())),
            });
        }
        if limit_only {
            text.push_str(&zone);
        }
        text
    }
}

fn describe_calendar(Calendar { dates, at }: Calendar) -> String {
    let at = at.map(|at| TimeOfDay(at).to_string());
    let at_end = at.as_ref().map_or(String::new(), |at| format!(" at {at}"));
    match dates {
        Dates::Every { steps, unit } => {
            let unit = match unit {
                DayUnit::Day => "day",
                DayUnit::Week => "week",
            };
            let random = if steps.min() < steps.max() {
                ", at random"
            } else {
                ""
            };
            format!("Every {}{at_end}{random}", count(steps, unit))
        }
        Dates::On(Weekdays::MONDAY_TO_FRIDAY) => match at {
            Some(at) => format!("At {at}, Monday to Friday"),
            None => "Every day from Monday to Friday".to_owned(),
        },
        Dates::On(days) => {
            let mut words = Vec::new();
            for day in days.list() {
                words.push(weekday(day).to_owned());
            }
            let days = list(words);
            match at {
                Some(at) => format!("At {at} every {days}"),
                None => format!("Every {days}"),
            }
        }
    }
}

fn describe_grid(grid: WallGrid) -> String {
    let (minute, second) = (grid.second / 60, grid.second % 60);
    let random = if grid.steps.min() < grid.steps.max() {
        ", at random"
    } else {
        ""
    };
    match (grid.unit, second) {
        (GridUnit::Minute, _) => {
            format!(
                "Every {}, at second {second}{random}",
                count(grid.steps, "minute")
            )
        }
        (GridUnit::Hour, 0) => {
            format!(
                "Every {}, at minute {minute}{random}",
                count(grid.steps, "hour")
            )
        }
        (GridUnit::Hour, _) => {
            let hours = count(grid.steps, "hour");
            format!("Every {hours}, at minute {minute} and second {second}{random}")
        }
    }
}

/// `Monday to Friday`, `Monday, Wednesday and Friday`.
fn days_in_words(days: Days) -> String {
    let mut words = Vec::new();
    for (first, last) in days.set().runs() {
        if last == first {
            words.push(weekday(first).to_owned());
        } else if last == first.succ() {
            words.push(weekday(first).to_owned());
            words.push(weekday(last).to_owned());
        } else {
            words.push(format!("{} to {}", weekday(first), weekday(last)));
        }
    }
    list(words)
}

/// `2026-12-24 at 18:00`, `2026-12-24 at 17:00 UTC`.
fn moment(moment: Moment) -> String {
    match moment {
        Moment::Instant(t) => format!("{} UTC", wall(t.naive_utc())),
        Moment::Wall(local) => wall(local),
    }
}

fn wall(local: NaiveDateTime) -> String {
    format!("{} at {}", Date(local.date()), TimeOfDay(local.time()))
}

/// `day`, `3 days`, `5 to 10 days`.
fn count(steps: Steps, unit: &str) -> String {
    match (steps.min(), steps.max()) {
        (1, 1) => unit.to_owned(),
        (min, max) if min == max => format!("{min} {unit}s"),
        (min, max) => format!("{min} to {max} {unit}s"),
    }
}

/// `Every minute`, `Every 30 seconds`, `Every 1 hour 30 minutes`.
fn every_span(nanos: u64) -> String {
    let is_it = |unit: &&Unit| !unit.is_civil() && unit.nanos() == u128::from(nanos);
    match Unit::ALL.iter().find(is_it) {
        Some(unit) => format!("Every {}", unit.name()),
        None => format!("Every {}", span(nanos.into())),
    }
}

/// `30 seconds`, `5 to 10 seconds`, `30 seconds to 2 minutes`.
fn gap_in_words(gap: Spacing) -> String {
    let (min, max) = gap.bounds();
    let (min, max) = (u128::from(min.nanos()), u128::from(max.nanos()));
    if min == max {
        return span(min);
    }
    match (&*parts(min), &*parts(max)) {
        ([(low, unit)], [(_, other)]) if unit == other => format!("{low} to {}", span(max)),
        _ => format!("{} to {}", span(min), span(max)),
    }
}

/// `1 hour 30 minutes`.
fn span(nanos: u128) -> String {
    let mut words = Vec::new();
    for (count, unit) in parts(nanos) {
        let plural = if count == 1 { "" } else { "s" };
        words.push(format!("{count} {}{plural}", unit.name()));
    }
    if words.is_empty() {
        "no time".to_owned()
    } else {
        words.join(" ")
    }
}
