//! The fluent way to write a schedule.

use chrono::{NaiveTime, Weekday};

use crate::{
    clock_change::{Fold, Gap},
    display::weekday,
    error::Error,
    into::IntoUntil,
    parse::clock,
    unit::Unit,
    until::Until,
    wall_grid::GridUnit,
    window::{Between, Days},
    zone::Zone,
};

/// Begins a schedule: every `n` of a unit.
///
/// ```
/// use task_schedule::every;
///
/// # fn main() -> Result<(), task_schedule::Error> {
/// assert_eq!(every(10).seconds().build()?.to_string(), "every 10s");
/// assert_eq!(every(5).to(10).minutes().build()?.to_string(), "every 5m to 10m");
/// assert_eq!(every(1).day().at("10:30").build()?.to_string(), "every day at 10:30");
/// assert_eq!(every(1).hour().at(":15").build()?.to_string(), "every hour at :15");
/// assert_eq!(every(1).monday().build()?.to_string(), "every monday");
///
/// let error = every(2).minute().build().unwrap_err();
/// assert_eq!(error.to_string(), "use minutes instead of minute with every(2)");
/// # Ok(())
/// # }
/// ```
pub fn every(n: u32) -> Every {
    let mut every = Every {
        min: n,
        max: n,
        unit: None,
        weekday: None,
        at: None,
        zone: None,
        between: None,
        on: None,
        gap: None,
        fold: None,
        until: None,
        delay: false,
        aligned: false,
        mistake: None,
    };
    if n == 0 {
        every.note(Error::new(
            "every(0) is not possible, it must be at least every(1)",
        ));
    }
    every
}

/// A schedule in the making: see [`every`].
///
/// The methods never fail: [`build`](Every::build) returns the first mistake.
///
/// Whoever comes from Python's `schedule` finds the same calls with the same
/// meaning, but for these points. An interval keeps its rate instead of
/// counting from the end of the last run, unless [`delay`](Every::delay) says
/// so. `to` draws from all lengths in between, not from whole seconds. And a
/// time of day that the clock is set forward over fires at the first instant
/// after the gap, once, and is back to normal the day after.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a schedule in the making does nothing until it is built and given to a task"]
pub struct Every {
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) unit: Option<Unit>,
    /// Set together with the unit `Week`.
    pub(crate) weekday: Option<Weekday>,
    pub(crate) at: Option<At>,
    pub(crate) zone: Option<Zone>,
    pub(crate) between: Option<Between>,
    pub(crate) on: Option<Days>,
    pub(crate) gap: Option<Gap>,
    pub(crate) fold: Option<Fold>,
    pub(crate) until: Option<Until>,
    pub(crate) delay: bool,
    pub(crate) aligned: bool,
    pub(crate) mistake: Option<Error>,
}

/// What `at` was given, and for which kind of unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum At {
    TimeOfDay(NaiveTime),
    /// The second within the hour or minute.
    Within(GridUnit, u32),
}

impl Every {
    /// Makes the gap random, from the `n` of [`every`] to `max` of the unit.
    ///
    /// ```
    /// use task_schedule::every;
    ///
    /// assert_eq!(every(1).to(5).hours().build()?.to_string(), "every 1h to 5h");
    /// assert!(every(5).to(1).hours().build().is_err());
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn to(mut self, max: u32) -> Every {
        self.max = max;
        self
    }

    /// Every second. Only with `every(1)`.
    pub fn second(self) -> Every {
        self.one(Unit::Second)
    }

    /// Every `n` seconds.
    pub fn seconds(self) -> Every {
        self.unit(Unit::Second)
    }

    /// Every minute. Only with `every(1)`.
    pub fn minute(self) -> Every {
        self.one(Unit::Minute)
    }

    /// Every `n` minutes.
    pub fn minutes(self) -> Every {
        self.unit(Unit::Minute)
    }

    /// Every hour. Only with `every(1)`.
    pub fn hour(self) -> Every {
        self.one(Unit::Hour)
    }

    /// Every `n` hours.
    pub fn hours(self) -> Every {
        self.unit(Unit::Hour)
    }

    /// Every day. Only with `every(1)`.
    pub fn day(self) -> Every {
        self.one(Unit::Day)
    }

    /// Every `n` days, at the time of day of the start if no other is said.
    pub fn days(self) -> Every {
        self.unit(Unit::Day)
    }

    /// Every week. Only with `every(1)`.
    pub fn week(self) -> Every {
        self.one(Unit::Week)
    }

    /// Every `n` weeks, on the day and at the time of the start.
    pub fn weeks(self) -> Every {
        self.unit(Unit::Week)
    }

    /// Every Monday. Only with `every(1)`, like all the days of the week.
    pub fn monday(self) -> Every {
        self.weekday(Weekday::Mon)
    }

    /// Every Tuesday.
    pub fn tuesday(self) -> Every {
        self.weekday(Weekday::Tue)
    }

    /// Every Wednesday.
    pub fn wednesday(self) -> Every {
        self.weekday(Weekday::Wed)
    }

    /// Every Thursday.
    pub fn thursday(self) -> Every {
        self.weekday(Weekday::Thu)
    }

    /// Every Friday.
    pub fn friday(self) -> Every {
        self.weekday(Weekday::Fri)
    }

    /// Every Saturday.
    pub fn saturday(self) -> Every {
        self.weekday(Weekday::Sat)
    }

    /// Every Sunday.
    pub fn sunday(self) -> Every {
        self.weekday(Weekday::Sun)
    }

    /// At a time within the unit, which must be named before.
    ///
    /// | unit | text |
    /// |---|---|
    /// | days, days of the week | `HH:MM` or `HH:MM:SS` |
    /// | hours | `:MM`, or `MM:SS` |
    /// | minutes | `:SS` |
    ///
    /// A later `at` replaces an earlier one.
    ///
    /// ```
    /// use task_schedule::every;
    ///
    /// assert_eq!(every(1).day().at("10:30:15").build()?.to_string(), "every day at 10:30:15");
    /// assert_eq!(every(2).hours().at("30:15").build()?.to_string(), "every 2 hours at :30:15");
    /// assert_eq!(every(1).minute().at(":30").build()?.to_string(), "every minute at :30");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn at(mut self, time: &str) -> Every {
        let at = match (self.unit, self.weekday) {
            (Some(Unit::Day), _) | (Some(Unit::Week), Some(_)) => {
                clock::time_of_day(time).map(At::TimeOfDay)
            }
            (Some(Unit::Hour), _) => {
                clock::within_hour(time).map(|second| At::Within(GridUnit::Hour, second))
            }
            (Some(Unit::Minute), _) => {
                clock::within_minute(time).map(|second| At::Within(GridUnit::Minute, second))
            }
            (Some(Unit::Week), None) => Err(format!(
                "weeks have no at(\"{time}\"): name a day, such as monday(), or use days()"
            )),
            (Some(unit), _) => Err(format!(
                "{}s have no at(\"{time}\"), only minutes, hours, days and days of the week have",
                unit.name()
            )),
            (None, _) => Err(format!(
                "at(\"{time}\") must come after a unit such as day() or hours()"
            )),
        };
        match at {
            Ok(at) => self.at = Some(at),
            Err(message) => self.note(Error::new(message)),
        }
        self
    }

    /// In this time zone instead of the system's: `Europe/Berlin`, `UTC`,
    /// `local`. A mistake where it has no effect, as with seconds.
    ///
    /// ```
    /// use task_schedule::every;
    ///
    /// let schedule = every(1).day().at("10:30").timezone("UTC").build()?;
    /// assert_eq!(schedule.to_string(), "every day at 10:30 in UTC");
    /// assert!(every(10).seconds().timezone("UTC").build().is_err());
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn timezone(mut self, zone: &str) -> Every {
        match zone.parse() {
            Ok(zone) => self.zone = Some(zone),
            Err(error) => self.note(error),
        }
        self
    }

    /// Without the fires outside of these hours, which may go past midnight: a
    /// text that [`Between`] reads.
    ///
    /// ```
    /// use task_schedule::every;
    ///
    /// let schedule = every(10).minutes().between("09:00 to 17:00").on("mon-fri").build()?;
    /// assert_eq!(schedule.to_string(), "every 10m between 09:00 and 17:00 on mon-fri");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn between(mut self, hours: &str) -> Every {
        match hours.parse() {
            Ok(between) => self.between = Some(between),
            Err(error) => self.note(error),
        }
        self
    }

    /// Without the fires on other days of the week than these: a text that
    /// [`Days`] reads.
    ///
    /// ```
    /// use task_schedule::every;
    ///
    /// let schedule = every(3).days().at("10:30").on("mon-fri").build()?;
    /// assert_eq!(schedule.to_string(), "every 3 days at 10:30 on mon-fri");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn on(mut self, days: &str) -> Every {
        match days.parse() {
            Ok(days) => self.on = Some(days),
            Err(error) => self.note(error),
        }
        self
    }

    /// What happens on the day on which the clock is set forward over the time.
    ///
    /// ```
    /// use task_schedule::{Gap, every};
    ///
    /// let schedule = every(1).day().at("02:30").gap(Gap::Skip).build()?;
    /// assert_eq!(schedule.to_string(), "every day at 02:30 gap skip");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn gap(mut self, gap: Gap) -> Every {
        self.gap = Some(gap);
        self
    }

    /// What happens on the day on which the clock is set back over the time.
    ///
    /// ```
    /// use task_schedule::{Fold, every};
    ///
    /// let schedule = every(1).day().at("02:30").fold(Fold::Last).build()?;
    /// assert_eq!(schedule.to_string(), "every day at 02:30 fold last");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn fold(mut self, fold: Fold) -> Every {
        self.fold = Some(fold);
        self
    }

    /// With no fire after `until`: a text that [`Until`] reads, an instant, a
    /// wall-clock date and time, a time on the day of the start, or a span
    /// counted from the start.
    ///
    /// ```
    /// use std::time::Duration;
    /// use task_schedule::every;
    ///
    /// let schedule = every(10).seconds().until("2026-12-24 18:00").build()?;
    /// assert_eq!(schedule.to_string(), "every 10s until 2026-12-24 18:00");
    /// let schedule = every(10).seconds().until(Duration::from_secs(3600)).build()?;
    /// assert_eq!(schedule.to_string(), "every 10s for 1h");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn until(mut self, until: impl IntoUntil) -> Every {
        match until.into_until() {
            Ok(until) => self.until = Some(until),
            Err(error) => self.note(error),
        }
        self
    }

    /// Counted from the end of the last run, as in Python's `schedule`, not at
    /// a fixed rate. A day is then 24 hours.
    ///
    /// ```
    /// use task_schedule::every;
    ///
    /// assert_eq!(every(10).seconds().delay().build()?.to_string(), "delay 10s");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn delay(mut self) -> Every {
        self.delay = true;
        self
    }

    /// On multiples of the period since the Unix epoch, not counted from the
    /// start.
    ///
    /// ```
    /// use task_schedule::every;
    ///
    /// assert_eq!(every(5).minutes().aligned().build()?.to_string(), "every 5m aligned");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn aligned(mut self) -> Every {
        self.aligned = true;
        self
    }

    fn one(mut self, unit: Unit) -> Every {
        if self.min != 1 {
            let name = unit.name();
            self.note(Error::new(format!(
                "use {name}s instead of {name} with every({})",
                self.min
            )));
        }
        self.unit(unit)
    }

    fn unit(mut self, unit: Unit) -> Every {
        // `monday().weeks()` is still Monday, any other unit is another schedule.
        if unit != Unit::Week {
            if let Some(day) = self.weekday {
                self.note(Error::new(format!(
                    "{}() is weekly, it cannot be in {}s",
                    method(day),
                    unit.name()
                )));
            }
        }
        self.unit = Some(unit);
        self
    }

    fn weekday(mut self, day: Weekday) -> Every {
        if self.min != 1 {
            let (day, n) = (method(day), self.min);
            self.note(Error::new(format!(
                "{day}() is only possible with every(1), not with every({n})"
            )));
        }
        self.unit = Some(Unit::Week);
        self.weekday = Some(day);
        self
    }

    fn note(&mut self, mistake: Error) {
        self.mistake.get_or_insert(mistake);
    }
}

pub(crate) fn method(day: Weekday) -> String {
    weekday(day).to_lowercase()
}
