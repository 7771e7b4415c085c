//! Whose wall clock, and what its readings mean.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Datelike, Local, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};

use crate::{
    clock_change::{ClockChange, Fold, Gap},
    error::{Error, Reason},
};

/// A time zone: the system's, UTC, or a named one.
///
/// Reads and writes `local`, `UTC` (also `utc` and `Z`), and with the feature
/// `chrono-tz` the names of the IANA time zone database, as they are spelt
/// there.
///
/// ```
/// use task_schedule::Zone;
///
/// assert_eq!("utc".parse::<Zone>()?, Zone::UTC);
/// assert_eq!(Zone::LOCAL.to_string(), "local");
/// # #[cfg(feature = "chrono-tz")]
/// assert_eq!(
///     "Europe/Berln".parse::<Zone>().unwrap_err().to_string(),
///     "unknown time zone `Europe/Berln`, did you mean `Europe/Berlin`?"
/// );
/// # Ok::<(), task_schedule::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(Kind);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Local,
    Utc,
    #[cfg(feature = "chrono-tz")]
    Named(chrono_tz::Tz),
}

/// What one wall-clock time means in one zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resolved {
    Once(DateTime<Utc>),
    /// The clock was set back over it.
    Twice {
        earlier: DateTime<Utc>,
        later: DateTime<Utc>,
    },
    /// The clock was set forward over it; `after` is the first instant behind
    /// the gap.
    Never {
        after: DateTime<Utc>,
    },
}

/// A time in which the clock is not changed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch {
    pub(crate) from: DateTime<Utc>,
    /// The first instant behind it.
    pub(crate) to: DateTime<Utc>,
    /// In seconds.
    pub(crate) offset: i64,
}

impl Zone {
    /// The zone of the system that the program runs on.
    pub const LOCAL: Zone = Zone(Kind::Local);

    /// Coordinated Universal Time.
    pub const UTC: Zone = Zone(Kind::Utc);

    /// The instants that stand for the wall-clock time `local`, the earlier
    /// first: the one place that decides what a time means that does not exist
    /// or exists twice.
    ///
    /// None if the whole date does not exist, or past the ends of time.
    pub(crate) fn instants(
        self,
        local: NaiveDateTime,
        change: ClockChange,
    ) -> [Option<DateTime<Utc>>; 2] {
        match self.resolve(local) {
            None => [None, None],
            Some(Resolved::Once(t)) => [Some(t), None],
            Some(Resolved::Twice { earlier, later }) => match change.fold {
                Fold::First => [Some(earlier), None],
                Fold::Last => [Some(later), None],
                Fold::Both => [Some(earlier), Some(later)],
            },
            Some(Resolved::Never { after }) => [self.over_gap(local, after, change.gap), None],
        }
    }

    /// What stands for `local`, given that the clock is set forward over it at
    /// `after`.
    fn over_gap(
        self,
        local: NaiveDateTime,
        after: DateTime<Utc>,
        gap: Gap,
    ) -> Option<DateTime<Utc>> {
        let last_before = after - TimeDelta::nanoseconds(1);
        let date_exists = self.local(last_before).date() == local.date()
            || self.local(after).date() == local.date();
        if !date_exists {
            return None;
        }
        match gap {
            Gap::After => Some(after),
            // As if the clock had not been changed yet.
            Gap::Shift => local
                .and_utc()
                .checked_sub_signed(TimeDelta::seconds(self.offset_secs(last_before))),
            Gap::Skip => None,
        }
    }

    /// The first instant that stands for the wall-clock time `local`.
    pub(crate) fn instant(
        self,
        local: NaiveDateTime,
        change: ClockChange,
    ) -> Option<DateTime<Utc>> {
        let [first, _] = self.instants(local, change);
        first
    }

    /// Every instant at which the clocks of this zone show `local`. `None`
    /// past the ends of representable time.
    pub(crate) fn resolve(self, local: NaiveDateTime) -> Option<Resolved> {
        // No zone is or was further than 16 hours from UTC, and no two changes
        // are closer than four days (Freetown, 1939), so there is at most one
        // change between these two.
        let margin = TimeDelta::hours(16);
        let from = local
            .and_utc()
            .checked_sub_signed(margin)
            .unwrap_or(DateTime::<Utc>::MIN_UTC);
        let to = local
            .and_utc()
            .checked_add_signed(margin)
            .unwrap_or(DateTime::<Utc>::MAX_UTC);
        let (before, after) = (self.offset_secs(from), self.offset_secs(to));
        let earlier = local
            .and_utc()
            .checked_sub_signed(TimeDelta::seconds(before))?;
        if before == after {
            return Some(Resolved::Once(earlier));
        }
        let later = local
            .and_utc()
            .checked_sub_signed(TimeDelta::seconds(after))?;
        let change = self.first_change(from, to);
        Some(match (earlier < change, change <= later) {
            (true, true) => Resolved::Twice { earlier, later },
            (true, false) => Resolved::Once(earlier),
            (false, true) => Resolved::Once(later),
            (false, false) => Resolved::Never { after: change },
        })
    }

    /// The first whole second in `from..=to` with another offset than `from`,
    /// given that `to` has another one and that there is one change between.
    pub(crate) fn first_change(self, from: DateTime<Utc>, to: DateTime<Utc>) -> DateTime<Utc> {
        let offset = self.offset_secs(from);
        self.first_second(from, to, &|other| other != offset)
    }

    /// The first whole second in `from..=to` whose offset satisfies `is_new`,
    /// given that `to` does, and that all do after the first that does.
    pub(crate) fn first_second(
        self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        is_new: &dyn Fn(i64) -> bool,
    ) -> DateTime<Utc> {
        let (mut old, mut new) = (from.timestamp(), to.timestamp());
        while new - old > 1 {
            let middle = old + (new - old) / 2;
            // OK because it lies between two representable instants.
            let t = DateTime::from_timestamp(middle, 0).unwrap_or(to);
            if is_new(self.offset_secs(t)) {
                new = middle;
            } else {
                old = middle;
            }
        }
        DateTime::from_timestamp(new, 0).unwrap_or(to)
    }

    /// The time from `first` to `last`, cut where the clock was changed.
    ///
    /// Costs a look-up for every four days: no two changes are closer.
    pub(crate) fn stretches(
        self,
        first: DateTime<Utc>,
        last: DateTime<Utc>,
    ) -> impl Iterator<Item = Stretch> {
        let four_days = TimeDelta::days(4);
        let end = last
            .checked_add_signed(TimeDelta::nanoseconds(1))
            .unwrap_or(last);
        let mut from = first;
        std::iter::from_fn(move || {
            if from >= end {
                return None;
            }
            let offset = self.offset_secs(from);
            let mut known = from;
            let to = loop {
                if known == end {
                    break end;
                }
                let next = known
                    .checked_add_signed(four_days)
                    .map_or(end, |next| next.min(end));
                if self.offset_secs(next) != offset {
                    break self.first_change(known, next).min(end);
                }
                known = next;
            };
            let stretch = Stretch { from, to, offset };
            from = to;
            Some(stretch)
        })
    }

    /// The date between `from` and `to` that the zone left out when it moved to
    /// the other side of the date line, counted in days since the Common Era.
    ///
    /// No zone has done that twice.
    pub(crate) fn left_out_day(self, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<i64> {
        const HALF_A_DAY: i64 = 12 * 3600; // No other change is as large.
        let offset = self.offset_secs(from);
        if self.offset_secs(to) - offset < HALF_A_DAY {
            return None;
        }
        let change = self.first_second(from, to, &|other| other - offset >= HALF_A_DAY);
        let day = day_number(self.local(change)) - 1;
        let last_before = change - TimeDelta::nanoseconds(1);
        (day_number(self.local(last_before)) < day).then_some(day)
    }

    /// What the clocks of this zone show at `t`, or the nearest representable
    /// reading.
    ///
    /// ```
    /// use task_schedule::Zone;
    ///
    /// let noon = "2026-12-24T12:00:00Z".parse().unwrap();
    /// assert_eq!(Zone::UTC.local(noon).to_string(), "2026-12-24 12:00:00");
    /// ```
    #[must_use]
    pub fn local(self, t: DateTime<Utc>) -> NaiveDateTime {
        let offset = self.offset_secs(t);
        t.naive_utc()
            .checked_add_signed(TimeDelta::seconds(offset))
            .unwrap_or(if offset < 0 {
                NaiveDateTime::MIN
            } else {
                NaiveDateTime::MAX
            })
    }

    /// Seconds by which this zone's clocks are ahead of UTC at `t`.
    pub(crate) fn offset_secs(self, t: DateTime<Utc>) -> i64 {
        let utc = t.naive_utc();
        let offset = match self.0 {
            Kind::Local => Local.offset_from_utc_datetime(&utc).fix(),
            Kind::Utc => Utc.fix(),
            #[cfg(feature = "chrono-tz")]
            Kind::Named(zone) => zone.offset_from_utc_datetime(&utc).fix(),
        };
        i64::from(offset.local_minus_utc())
    }
}

/// Days since the Common Era: 1 is the 1st of January of the year 1, a Monday.
pub(crate) fn day_number(local: NaiveDateTime) -> i64 {
    i64::from(local.date().num_days_from_ce())
}

impl FromStr for Zone {
    type Err = Error;

    /// Reads `local`, `UTC`, or the name of a zone.
    ///
    /// # Errors
    ///
    /// The name is unknown, or it is not `local` or `UTC` and the feature
    /// `chrono-tz` is off.
    fn from_str(text: &str) -> Result<Zone, Error> {
        match text {
            "local" => Ok(Zone::LOCAL),
            "UTC" | "utc" | "Z" => Ok(Zone::UTC),
            "" => Err(Error::new(
                "the time zone is empty, write a name such as `Europe/Berlin`, `UTC` or `local`",
            )),
            name => named(name),
        }
    }
}

#[cfg(feature = "chrono-tz")]
fn named(name: &str) -> Result<Zone, Error> {
    if let Ok(zone) = name.parse::<chrono_tz::Tz>() {
        return Ok(zone.into());
    }
    let names = || chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    // `Berlin` and `europe/berlin` are not near in letters, but plain in sense.
    let is_meant = |known: &&str| {
        let city = known.rsplit('/').next().unwrap_or(known);
        known.eq_ignore_ascii_case(name) || city.eq_ignore_ascii_case(name)
    };
    let nearest = ["UTC", "local"]
        .into_iter()
        .chain(names())
        .find(is_meant)
        .or_else(|| crate::nearest(name, names().chain(["local"])));
    Err(Reason::UnknownZone {
        name: name.to_owned(),
        nearest,
    }
    .into())
}

#[cfg(not(feature = "chrono-tz"))]
fn named(name: &str) -> Result<Zone, Error> {
    // Without the table of names, only what cannot be one is known to be wrong.
    let nearest = match name.to_ascii_lowercase().as_str() {
        "utc" => Some("UTC"),
        "local" => Some("local"),
        _ => None,
    };
    match nearest {
        None if name.chars().next().is_some_and(|c| c.is_ascii_alphabetic()) => {
            Err(Reason::ZoneNeedsFeature {
                name: name.to_owned(),
            }
            .into())
        }
        nearest => Err(Reason::UnknownZone {
            name: name.to_owned(),
            nearest,
        }
        .into()),
    }
}

/// The zone of that name. `Tz::UTC` is [`Zone::UTC`].
#[cfg(feature = "chrono-tz")]
impl From<chrono_tz::Tz> for Zone {
    fn from(zone: chrono_tz::Tz) -> Zone {
        match zone {
            chrono_tz::Tz::UTC => Zone::UTC,
            zone => Zone(Kind::Named(zone)),
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self.0 {
            Kind::Local => "local",
            Kind::Utc => "UTC",
            #[cfg(feature = "chrono-tz")]
            Kind::Named(zone) => zone.name(),
        })
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({self})")
    }
}
