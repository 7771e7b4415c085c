//! Instants as nanoseconds, for arithmetic that must not overflow, and moments
//! that become instants in a zone.

use chrono::{DateTime, NaiveDateTime, NaiveTime, Timelike, Utc};

pub(crate) const NANOS_PER_SEC: i128 = 1_000_000_000;

/// Nanoseconds since the Unix epoch.
///
/// A leap second counts as the last nanosecond before the next second. That
/// keeps the order of chrono's instants and leaves no other place that has to
/// know about leap seconds.
pub(crate) fn to_nanos(t: DateTime<Utc>) -> i128 {
    let subsec = t.timestamp_subsec_nanos().min(999_999_999);
    i128::from(t.timestamp()) * NANOS_PER_SEC + i128::from(subsec)
}

/// The instant so many nanoseconds after the Unix epoch, `None` past the ends
/// of representable time.
pub(crate) fn from_nanos(nanos: i128) -> Option<DateTime<Utc>> {
    let secs = i64::try_from(nanos.div_euclid(NANOS_PER_SEC)).ok()?;
    let subsec = u32::try_from(nanos.rem_euclid(NANOS_PER_SEC)).ok()?;
    DateTime::from_timestamp(secs, subsec)
}

/// `t`, or the last nanosecond before a leap second's end if it is in one.
pub(crate) fn without_leap(t: DateTime<Utc>) -> DateTime<Utc> {
    if t.timestamp_subsec_nanos() < 1_000_000_000 {
        return t;
    }
    from_nanos(to_nanos(t)).unwrap_or(t)
}

/// A moment as people write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Moment {
    /// The same everywhere.
    Instant(DateTime<Utc>),
    /// What the clock on the wall shows, in the schedule's zone.
    Wall(NaiveDateTime),
}

impl Moment {
    pub(crate) fn instant(t: DateTime<Utc>) -> Moment {
        Moment::Instant(without_leap(t))
    }

    pub(crate) fn wall(local: NaiveDateTime) -> Moment {
        Moment::Wall(local.date().and_time(time_without_leap(local.time())))
    }
}

/// `time`, or the last nanosecond before a leap second's end if it is in one.
pub(crate) fn time_without_leap(time: NaiveTime) -> NaiveTime {
    // OK because a nanosecond below a thousand million is always valid.
    time.with_nanosecond(time.nanosecond().min(999_999_999))
        .unwrap_or(time)
}
