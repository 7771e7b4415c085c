//! The type: how one is made, and what it is.

use std::{num::NonZeroU64, str::FromStr, time::Duration};

use chrono::{DateTime, Utc};

use crate::{
    calendar::{Calendar, Dates},
    clock_change::{ClockChange, Fold, Gap},
    cron::Cron,
    error::Error,
    instant::Moment,
    interval::{Interval, Spacing},
    parse,
    until::Until,
    wall_grid::WallGrid,
    window::{Between, Days, Window},
    zone::Zone,
};

/// When a job runs. A value: it knows no clock and no state.
///
/// Made from text with [`str::parse`], with the fluent [`every`](crate::every),
/// or with the constructors here. See the [crate](crate) for the language.
///
/// ```
/// use task_schedule::Schedule;
///
/// let schedule: Schedule = "Monday and friday at 09:00 in UTC".parse()?;
/// assert_eq!(schedule.to_string(), "every monday and friday at 09:00 in UTC");
/// assert_eq!(schedule.describe(), "At 09:00 every Monday and Friday (UTC)");
/// # Ok::<(), task_schedule::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Schedule {
    pub(crate) kind: Kind,
    pub(crate) window: Window,
    pub(crate) change: ClockChange,
    pub(crate) until: Option<Until>,
    pub(crate) zone: Option<Zone>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// Counted from the start, at a fixed rate.
    Interval(Spacing),
    /// On multiples of the period since the Unix epoch.
    Aligned(Interval),
    /// Counted from the end of the last run.
    Delay(Spacing),
    Calendar(Calendar),
    WallGrid(WallGrid),
    Cron(Cron),
    Once(Moment),
}

/// What the fires of a schedule follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Basis {
    /// Elapsed time: setting the system's clock does not move the fires.
    Elapsed,
    /// The wall clock: when it is set, the fires move with it.
    Wall,
}

/// # Making one
impl Schedule {
    /// Every `period` of elapsed time, at a fixed rate from the start.
    ///
    /// # Errors
    ///
    /// `period` is zero, or more than 2^64 nanoseconds (584 years).
    ///
    /// ```
    /// use std::time::Duration;
    /// use task_schedule::Schedule;
    ///
    /// let schedule = Schedule::interval(Duration::from_secs(90))?;
    /// assert_eq!(schedule.to_string(), "every 1m 30s");
    /// assert!(Schedule::interval(Duration::ZERO).is_err());
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn interval(period: Duration) -> Result<Schedule, Error> {
        Ok(Kind::Interval(Spacing::Fixed(Interval::new(period)?)).into())
    }

    /// A random gap from `min` to `max` between one fire and the next, drawn
    /// anew each time.
    ///
    /// The draw is a hash of the job's seed and anchor, so the same question
    /// always has the same answer; the mean gap is exactly the middle. Equal
    /// bounds make a plain interval.
    ///
    /// # Errors
    ///
    /// `min` is zero or more than `max`, or `max` is more than 2^64
    /// nanoseconds.
    ///
    /// ```
    /// use std::time::Duration;
    /// use task_schedule::Schedule;
    ///
    /// let schedule = Schedule::random(Duration::from_secs(5), Duration::from_secs(10))?;
    /// assert_eq!(schedule.to_string(), "every 5s to 10s");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn random(min: Duration, max: Duration) -> Result<Schedule, Error> {
        Ok(Kind::Interval(Spacing::between(Interval::new(min)?, Interval::new(max)?)?).into())
    }

    /// `delay` after the end of the last run.
    ///
    /// # Errors
    ///
    /// `delay` is zero, or more than 2^64 nanoseconds (584 years).
    ///
    /// ```
    /// use std::time::Duration;
    /// use task_schedule::Schedule;
    ///
    /// let schedule = Schedule::delay(Duration::from_secs(30))?;
    /// assert!(schedule.is_delay());
    /// assert_eq!(schedule, "delay 30s".parse()?);
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn delay(delay: Duration) -> Result<Schedule, Error> {
        Ok(Kind::Delay(Spacing::Fixed(Interval::new(delay)?)).into())
    }

    /// Once, at the instant `at`.
    ///
    /// ```
    /// use task_schedule::Schedule;
    ///
    /// let schedule = Schedule::once("2026-12-24T18:00:00+01:00".parse().unwrap());
    /// assert_eq!(schedule.to_string(), "at 2026-12-24T17:00:00Z");
    /// ```
    pub fn once(at: DateTime<Utc>) -> Schedule {
        Kind::Once(Moment::instant(at)).into()
    }

    /// Reads a recurring schedule, with or without the word `every`.
    ///
    /// # Errors
    ///
    /// The text is not one: the message says what is wrong and where. `delay
    /// 30s` and `at 2026-12-24 18:00` are not recurring.
    ///
    /// ```
    /// use task_schedule::Schedule;
    ///
    /// assert_eq!(Schedule::parse_every("30s")?, Schedule::parse_every("every 30 seconds")?);
    /// assert!(Schedule::parse_every("delay 30s").is_err());
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn parse_every(text: &str) -> Result<Schedule, Error> {
        parse::every(text)
    }

    /// Reads a delay, with or without the word `delay`: `30s`, `5s to 10s`.
    ///
    /// # Errors
    ///
    /// The text is not one: the message says what is wrong and where.
    ///
    /// ```
    /// use task_schedule::Schedule;
    ///
    /// assert_eq!(Schedule::parse_delay("30s")?.to_string(), "delay 30s");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn parse_delay(text: &str) -> Result<Schedule, Error> {
        parse::delay(text)
    }

    /// Reads a cron expression, with or without the word `cron`: five fields,
    /// six with the second first, or seven with also the year last.
    ///
    /// | field | values | names |
    /// |---|---|---|
    /// | second | 0-59 | |
    /// | minute | 0-59 | |
    /// | hour | 0-23 | |
    /// | day of the month | 1-31, `L` the last, `L-3` three before it, `15W` the day from Monday to Friday nearest to the 15th, `LW` the last such day | |
    /// | month | 1-12 | `jan`-`dec` |
    /// | weekday | 0-7, both 0 and 7 are Sunday, `friL` the last Friday, `mon#2` the second Monday | `sun`-`sat` |
    /// | year | 1970-2400 | |
    ///
    /// A field is `*`, a value, a range `9-17`, one of the two with a step
    /// (`*/5`, `9-17/2`, and `5/10` from 5 on), or a list of these. A range can
    /// go past the end of its field: `22-2`, `fri-mon`, `nov-feb`. Names are in
    /// any case, three letters or in full. `?` is `*` in the day fields.
    /// Instead of the fields: `@yearly` (`@annually`), `@monthly`, `@weekly`,
    /// `@daily` (`@midnight`), `@hourly`, and `@every 1h30m`, which is a plain
    /// interval.
    ///
    /// If neither day field begins with `*`, a day counts if either matches;
    /// otherwise both must, which for a plain `*` is no condition. So it is in
    /// the cron of Debian.
    ///
    /// When the clock changes, an expression whose minute or hour begins with
    /// `*` keeps its beat in elapsed time: it fires in both passes of an hour
    /// that comes twice, and not for an hour that is left out. Any other fires
    /// once: in the first pass, or at the first instant after the gap.
    /// [`Gap`] and [`Fold`] choose otherwise.
    ///
    /// What others do differently:
    ///
    /// | | others | here |
    /// |---|---|---|
    /// | Vixie cron, Debian's | runs twice in a row after a gap if it held two times; no `L`, `W`, `#`, seconds | once; all of these |
    /// | Quartz | Sunday is 1; one day field must be `?`; `L` alone is Saturday; skips a gap, takes the second pass | Sunday is 0 or 7; `?` is not needed; refused; see above |
    /// | Spring | both day fields must match; skips a gap | either, if both are restricted |
    /// | croner | a `*/2` day field counts as restricted; lists and ranges of hours are a beat at a change | begins with `*`, so both must match; they are times |
    /// | robfig (Go) | 7 is no Sunday; skips a gap, fires in both passes; gives up after five years | Sunday; see above; 400 years |
    /// | `cron` (Rust) | seconds first always; both day fields must match | five fields are the usual ones |
    ///
    /// # Errors
    ///
    /// The text is none, or there is no date that it is for (`0 0 31 2 *`): the
    /// message says what is wrong and where.
    ///
    /// ```
    /// use task_schedule::Schedule;
    ///
    /// let schedule = Schedule::parse_cron("*/15 9-17 * * MON-FRI in UTC")?;
    /// assert_eq!(schedule.to_string(), "cron */15 9-17 * * mon-fri in UTC");
    /// let next = schedule.upcoming("2026-03-06T17:30:00Z".parse().unwrap());
    /// let next: Vec<String> = next.take(2).map(|t| t.to_rfc3339()).collect();
    /// assert_eq!(next, ["2026-03-06T17:45:00+00:00", "2026-03-09T09:00:00+00:00"]);
    /// assert!(Schedule::parse_cron("0 0 31 2 *").is_err());
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn parse_cron(text: &str) -> Result<Schedule, Error> {
        parse::cron(text)
    }

    /// Reads a date and time, with or without the word `at`.
    ///
    /// # Errors
    ///
    /// The text is not one: the message says what is wrong and where.
    ///
    /// ```
    /// use task_schedule::Schedule;
    ///
    /// let schedule = Schedule::parse_once("2026-12-24 18:00")?;
    /// assert_eq!(schedule.to_string(), "at 2026-12-24 18:00");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn parse_once(text: &str) -> Result<Schedule, Error> {
        parse::once(text)
    }

    /// The same interval, but on multiples of its period since the Unix epoch
    /// instead of counted from the start.
    ///
    /// # Errors
    ///
    /// The schedule is not a plain interval.
    ///
    /// ```
    /// use task_schedule::Schedule;
    ///
    /// let schedule = "every 5m".parse::<Schedule>()?.aligned()?;
    /// let start = "2026-03-01T08:03:20Z".parse().unwrap();
    /// let next = schedule.next_after(start, start).unwrap();
    /// assert_eq!(next.to_rfc3339(), "2026-03-01T08:05:00+00:00");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn aligned(self) -> Result<Schedule, Error> {
        match self.kind {
            Kind::Interval(Spacing::Fixed(period)) => Ok(Schedule {
                kind: Kind::Aligned(period),
                ..self
            }),
            Kind::Aligned(_) => Ok(self),
            _ => Err(Error::new(format!(
                "`{self}` cannot be aligned, only an interval such as `5m` can"
            ))),
        }
    }

    /// The same, but with no fire after `until`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use task_schedule::{Schedule, Until};
    ///
    /// let schedule = "every 10s".parse::<Schedule>()?.until(Until::after(Duration::from_secs(25)));
    /// assert_eq!(schedule.to_string(), "every 10s for 25s");
    /// assert_eq!(schedule.upcoming("2026-03-01T08:00:00Z".parse().unwrap()).count(), 2);
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn until(self, until: Until) -> Schedule {
        Schedule {
            until: Some(until),
            ..self
        }
    }

    /// The period in nanoseconds, if that is all that the schedule says.
    #[doc(hidden)]
    #[must_use]
    pub fn plain_interval(&self) -> Option<NonZeroU64> {
        let Schedule {
            kind: Kind::Interval(Spacing::Fixed(interval)),
            window,
            change,
            until: None,
            zone: None,
        } = self
        else {
            return None;
        };
        let says_more = !window.is_none() || *change != ClockChange::default();
        (!says_more).then_some(interval.nonzero())
    }

    /// Every so many nanoseconds.
    #[doc(hidden)]
    #[must_use]
    pub fn of_nanos(nanos: NonZeroU64) -> Schedule {
        Kind::Interval(Spacing::Fixed(nanos.into())).into()
    }

    /// The same schedule without a limit: for who keeps the limit by itself.
    ///
    /// ```
    /// use task_schedule::Schedule;
    ///
    /// let schedule: Schedule = "every 10s for 1h".parse()?;
    /// assert_eq!(schedule.without_limit().to_string(), "every 10s");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    #[must_use]
    pub fn without_limit(&self) -> Schedule {
        Schedule {
            until: None,
            ..self.clone()
        }
    }

    /// The same, but without the fires outside of these hours.
    ///
    /// The fires that are left stay where they were: an interval keeps counting
    /// from its start, whether or not a fire is inside. A delay, which has one
    /// fire only until its next run, waits for the window to open.
    ///
    /// What counts is what the clock on the wall shows at the fire, in the
    /// schedule's zone; so the fires follow the wall clock then: see
    /// [`basis`](Schedule::basis).
    ///
    /// # Errors
    ///
    /// The hours have no effect, as on a schedule with one time of day or one
    /// date, or they let nothing through, as `hour at :15` from 09:20 to 09:40.
    ///
    /// ```
    /// use task_schedule::Schedule;
    ///
    /// let schedule = "every 6h".parse::<Schedule>()?.between("09:00 to 17:00".parse()?)?;
    /// let start = "2026-03-01T08:00:00Z".parse().unwrap();
    /// let fires = schedule.or_timezone(task_schedule::Zone::UTC);
    /// let fires: Vec<String> = fires.upcoming(start).take(2).map(|t| t.to_rfc3339()).collect();
    /// assert_eq!(fires, ["2026-03-01T14:00:00+00:00", "2026-03-02T14:00:00+00:00"]);
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn between(self, between: Between) -> Result<Schedule, Error> {
        let window = Window {
            between: Some(between),
            ..self.window
        };
        let schedule = Schedule { window, ..self };
        schedule.check_between(between)?;
        Ok(schedule)
    }

    /// The same, but without the fires on other days than these.
    ///
    /// With hours that go past midnight (`22:00 to 06:00`), which are to be set
    /// before, the day is that of the evening.
    ///
    /// # Errors
    ///
    /// The days have no effect, as on a schedule that is on those days anyway
    /// or happens once, or they let nothing through, as `every sunday` from
    /// Monday to Friday.
    ///
    /// ```
    /// use task_schedule::Schedule;
    ///
    /// let schedule = "every 3 days at 10:30".parse::<Schedule>()?.days("mon-fri".parse()?)?;
    /// assert_eq!(schedule.to_string(), "every 3 days at 10:30 on mon-fri");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn days(self, days: Days) -> Result<Schedule, Error> {
        let window = Window {
            days: Some(days),
            ..self.window
        };
        let schedule = Schedule { window, ..self };
        schedule.check_days(days)?;
        Ok(schedule)
    }

    /// Is the schedule's window open at `t`? Without a window it always is.
    ///
    /// ```
    /// use task_schedule::Schedule;
    ///
    /// let schedule: Schedule = "every 10m between 09:00 and 17:00 in UTC".parse()?;
    /// assert!(schedule.is_open("2026-03-01T17:00:00Z".parse().unwrap()));
    /// assert!(!schedule.is_open("2026-03-01T17:00:01Z".parse().unwrap()));
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    #[must_use]
    pub fn is_open(&self, t: DateTime<Utc>) -> bool {
        self.window.is_none() || self.window.contains(self.zone_or_local(), t)
    }

    /// What a wall-clock time means to it that doesn't exist, and one that exists twice.
    ///
    /// ```
    /// use task_schedule::{Fold, Gap, Schedule};
    ///
    /// let schedule: Schedule = "every day at 02:30 gap skip".parse()?;
    /// assert_eq!(schedule.clock_change(), (Gap::Skip, Fold::First));
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    #[must_use]
    pub fn clock_change(&self) -> (Gap, Fold) {
        (self.change.gap, self.change.fold)
    }

    /// The hours that the schedule names.
    ///
    /// ```
    /// use task_schedule::Schedule;
    ///
    /// let schedule: Schedule = "every 10m between 09:00 and 17:00".parse()?;
    /// assert_eq!(schedule.hours(), Some("09:00 to 17:00".parse()?));
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn hours(&self) -> Option<Between> {
        self.window.between
    }

    /// The days that the schedule names as a window.
    ///
    /// ```
    /// use task_schedule::Schedule;
    ///
    /// let schedule: Schedule = "every 10m on mon-fri".parse()?;
    /// assert_eq!(schedule.weekdays(), Some("mon-fri".parse()?));
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn weekdays(&self) -> Option<Days> {
        self.window.days
    }

    /// The same, but with another meaning for a wall-clock time that does not
    /// exist.
    ///
    /// # Errors
    ///
    /// The schedule has no date and time that the clock could be set forward
    /// over: it follows elapsed time, instants or minutes of the hour.
    ///
    /// ```
    /// use task_schedule::{Gap, Schedule};
    ///
    /// let schedule = "every day at 02:30".parse::<Schedule>()?.gap(Gap::Skip)?;
    /// assert_eq!(schedule.to_string(), "every day at 02:30 gap skip");
    /// assert!("every 30s".parse::<Schedule>()?.gap(Gap::Skip).is_err());
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn gap(self, gap: Gap) -> Result<Schedule, Error> {
        self.check_gap()?;
        let change = ClockChange { gap, ..self.change };
        Ok(Schedule { change, ..self })
    }

    /// The same, but with another meaning for a wall-clock time that exists
    /// twice.
    ///
    /// # Errors
    ///
    /// The schedule has no date and time that the clock could be set back over:
    /// it follows elapsed time, instants or minutes of the hour. Or it happens
    /// once, and cannot fire both times.
    ///
    /// ```
    /// use task_schedule::{Fold, Schedule};
    ///
    /// let schedule = "every day at 02:30".parse::<Schedule>()?.fold(Fold::Both)?;
    /// assert_eq!(schedule.to_string(), "every day at 02:30 fold both");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn fold(self, fold: Fold) -> Result<Schedule, Error> {
        self.check_fold(fold)?;
        let change = ClockChange {
            fold,
            ..self.change
        };
        Ok(Schedule { change, ..self })
    }

    /// The same in `zone`, if the schedule uses a time zone and names none. A
    /// limit can be what uses one, so it is to be set before.
    ///
    /// ```
    /// use task_schedule::{Schedule, Zone};
    ///
    /// let named: Schedule = "day at 10:30 in local".parse()?;
    /// assert_eq!(named.clone().or_timezone(Zone::UTC), named);
    /// let unnamed: Schedule = "day at 10:30".parse()?;
    /// assert_eq!(unnamed.or_timezone(Zone::UTC).timezone(), Some(Zone::UTC));
    /// let elapsed: Schedule = "10s".parse()?;
    /// assert_eq!(elapsed.or_timezone(Zone::UTC).timezone(), None);
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn or_timezone(self, zone: Zone) -> Schedule {
        let zone = match self.zone {
            None if self.uses_timezone() => Some(zone),
            named => named,
        };
        Schedule { zone, ..self }
    }
}

/// # What it is
impl Schedule {
    /// Would naming a time zone change anything?
    ///
    /// True for days, weekdays, minutes of the hour and seconds of the minute,
    /// for a wall-clock date and time, for hours and days outside of which
    /// nothing fires, and for a limit that is a wall-clock time. False for elapsed time and for instants.
    ///
    /// ```
    /// use task_schedule::Schedule;
    ///
    /// assert!("every day at 10:30".parse::<Schedule>()?.uses_timezone());
    /// assert!(!"every 24h".parse::<Schedule>()?.uses_timezone());
    /// assert!("every 24h until 2026-12-24 18:00".parse::<Schedule>()?.uses_timezone());
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn uses_timezone(&self) -> bool {
        let kind_does = match self.kind {
            Kind::Interval(_) | Kind::Aligned(_) | Kind::Delay(_) => false,
            Kind::Calendar(_) | Kind::WallGrid(_) | Kind::Cron(_) => true,
            Kind::Once(Moment::Wall(_)) => true,
            Kind::Once(Moment::Instant(_)) => false,
        };
        kind_does || !self.window.is_none() || self.until.is_some_and(Until::uses_timezone)
    }

    /// The time zone that the schedule names. Where none is named, the
    /// system's counts.
    pub fn timezone(&self) -> Option<Zone> {
        self.zone
    }

    /// What the fires follow: elapsed time for plain and random intervals and
    /// for delays, the wall clock for everything else. With hours or days
    /// outside of which nothing fires, all follow the wall clock, since it says
    /// when those are.
    ///
    /// ```
    /// use task_schedule::{Basis, Schedule};
    ///
    /// assert_eq!("every 24h".parse::<Schedule>()?.basis(), Basis::Elapsed);
    /// assert_eq!("every day".parse::<Schedule>()?.basis(), Basis::Wall);
    /// assert_eq!("every 5m aligned".parse::<Schedule>()?.basis(), Basis::Wall);
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn basis(&self) -> Basis {
        if !self.window.is_none() {
            return Basis::Wall;
        }
        match self.kind {
            Kind::Interval(_) | Kind::Delay(_) => Basis::Elapsed,
            Kind::Aligned(_)
            | Kind::Calendar(_)
            | Kind::WallGrid(_)
            | Kind::Cron(_)
            | Kind::Once(_) => Basis::Wall,
        }
    }

    /// Is it counted from the end of the last run?
    pub fn is_delay(&self) -> bool {
        matches!(self.kind, Kind::Delay(_))
    }

    /// Does it fire at most once?
    pub fn is_once(&self) -> bool {
        matches!(self.kind, Kind::Once(_))
    }

    /// The shortest time between two fires, nominally: a day is 24 hours.
    /// `None` for what happens once.
    ///
    /// ```
    /// use std::time::Duration;
    /// use task_schedule::Schedule;
    ///
    /// let hours = |n: u64| Some(Duration::from_secs(n * 3600));
    /// assert_eq!("every 5h to 9h".parse::<Schedule>()?.period(), hours(5));
    /// assert_eq!("every 2 days at 10:30".parse::<Schedule>()?.period(), hours(48));
    /// assert_eq!("every monday and friday".parse::<Schedule>()?.period(), hours(72));
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn period(&self) -> Option<Duration> {
        const SECS_PER_DAY: u64 = 86_400;
        let secs = match self.kind {
            Kind::Interval(gap) | Kind::Delay(gap) => return Some(gap.bounds().0.period()),
            Kind::Aligned(interval) => return Some(interval.period()),
            Kind::Once(_) => return None,
            Kind::WallGrid(grid) => u64::from(grid.steps.min()) * u64::from(grid.unit.secs()),
            Kind::Cron(cron) => cron.shortest_gap(),
            Kind::Calendar(Calendar {
                dates: Dates::Every { steps, unit },
                ..
            }) => u64::from(steps.min()) * u64::from(unit.days()) * SECS_PER_DAY,
            Kind::Calendar(Calendar {
                dates: Dates::On(set),
                ..
            }) => u64::from(set.shortest_gap()) * SECS_PER_DAY,
        };
        Some(Duration::from_secs(secs))
    }
}

impl From<Kind> for Schedule {
    fn from(kind: Kind) -> Schedule {
        Schedule {
            kind,
            window: Window::default(),
            change: ClockChange::default(),
            until: None,
            zone: None,
        }
    }
}

impl FromStr for Schedule {
    type Err = Error;

    /// Reads any schedule: recurring, a delay, or once. See the
    /// [crate](crate) for the language.
    ///
    /// # Errors
    ///
    /// The text is none: the message says what is wrong and where.
    fn from_str(text: &str) -> Result<Schedule, Error> {
        parse::schedule(text)
    }
}
