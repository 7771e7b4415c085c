//! The last moment at which a schedule may fire.

use std::{str::FromStr, time::Duration};

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::{
    error::Error,
    instant::{Moment, time_without_leap},
    parse,
    zone::Zone,
};

/// The last moment at which a schedule may fire: an instant, a wall-clock time
/// or a span from the start.
///
/// A fire exactly at the limit still happens.
///
/// | text | meaning |
/// |---|---|
/// | `2026-12-24 18:00`, `2026-12-24 18:00:30` | that reading of the wall clock, in the schedule's zone |
/// | `2026-12-24` | the beginning of that day |
/// | `18:00`, `18:00:30` | that time on the day of the start |
/// | `2026-12-24T18:00:00+01:00`, `2026-12-24T17:00:00Z` | that instant |
/// | `1h`, `for 1h` | so long after the start; a day is 24 hours |
///
/// ```
/// use std::time::Duration;
/// use task_schedule::Until;
///
/// assert_eq!("90 minutes".parse::<Until>()?, Until::after(Duration::from_secs(5400)));
/// assert_eq!("2026-12-24".parse::<Until>()?.to_string(), "2026-12-24 00:00");
/// # Ok::<(), task_schedule::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Until(pub(crate) Limit);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Limit {
    Moment(Moment),
    /// On the date of the start.
    TimeOfDay(NaiveTime),
    /// Counted from the start.
    Span(Duration),
}

impl Until {
    /// No fire after the instant `t`.
    pub fn at(t: DateTime<Utc>) -> Until {
        Until(Limit::Moment(Moment::instant(t)))
    }

    /// No fire later than `span` after the start of the job.
    ///
    /// A limit of zero lets nothing fire; it has no text.
    pub fn after(span: Duration) -> Until {
        Until(Limit::Span(span))
    }

    /// Returns true if the limit is so long after the start, whatever the wall
    /// clock shows then.
    ///
    /// ```
    /// use task_schedule::Until;
    ///
    /// assert!("1h".parse::<Until>()?.is_span());
    /// assert!(!"18:00".parse::<Until>()?.is_span());
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    #[must_use]
    pub fn is_span(self) -> bool {
        matches!(self.0, Limit::Span(_))
    }

    /// Would the same text mean another instant in another zone?
    pub(crate) fn uses_timezone(self) -> bool {
        match self.0 {
            Limit::Moment(Moment::Wall(_)) | Limit::TimeOfDay(_) => true,
            Limit::Moment(Moment::Instant(_)) | Limit::Span(_) => false,
        }
    }

    /// Does it depend on where the job started?
    pub(crate) fn is_relative(self) -> bool {
        match self.0 {
            Limit::Moment(_) => false,
            Limit::TimeOfDay(_) | Limit::Span(_) => true,
        }
    }

    /// The limit of a job started at `start`; `None` if it lies beyond
    /// representable time.
    ///
    /// ```
    /// use chrono::{DateTime, TimeDelta, Utc};
    /// use task_schedule::{Until, Zone};
    ///
    /// let start: DateTime<Utc> = "2026-12-24T12:00:00Z".parse().unwrap();
    /// let limit = |text: &str| text.parse::<Until>().unwrap().limit(Zone::UTC, start);
    /// assert_eq!(limit("2h"), Some(start + TimeDelta::hours(2)));
    /// assert_eq!(limit("18:00"), Some(start + TimeDelta::hours(6)));
    /// ```
    #[must_use]
    pub fn limit(self, zone: Zone, start: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.0 {
            Limit::Moment(Moment::Instant(t)) => Some(t),
            Limit::Moment(Moment::Wall(local)) => last_instant(zone, local),
            Limit::TimeOfDay(time) => last_instant(zone, zone.local(start).date().and_time(time)),
            Limit::Span(span) => start.checked_add_signed(TimeDelta::from_std(span).ok()?),
        }
    }
}

/// What a limit at the wall-clock time `local` is. Unlike a fire, it still is
/// one when its whole date does not exist.
fn last_instant(zone: Zone, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    use crate::zone::Resolved;
    match zone.resolve(local) {
        Some(
            Resolved::Once(t) | Resolved::Twice { earlier: t, .. } | Resolved::Never { after: t },
        ) => Some(t),
        // Before the beginning of time, rather than after its end.
        None if local < DateTime::UNIX_EPOCH.naive_utc() => Some(DateTime::<Utc>::MIN_UTC),
        None => None,
    }
}

/// No fire after that reading of the wall clock, in the schedule's zone.
impl From<NaiveDateTime> for Until {
    fn from(local: NaiveDateTime) -> Until {
        Until(Limit::Moment(Moment::wall(local)))
    }
}

/// No fire after that time on the date of the start, in the schedule's zone.
impl From<NaiveTime> for Until {
    fn from(time: NaiveTime) -> Until {
        Until(Limit::TimeOfDay(time_without_leap(time)))
    }
}

/// No fire after that instant.
impl From<DateTime<Utc>> for Until {
    fn from(t: DateTime<Utc>) -> Until {
        Until::at(t)
    }
}

impl FromStr for Until {
    type Err = Error;

    /// Reads a date and time, a date, a time of day, or a span.
    ///
    /// # Errors
    ///
    /// The text is none of these.
    fn from_str(text: &str) -> Result<Until, Error> {
        parse::until(text)
    }
}
