//! Elapsed time: a fixed period or a random gap.

use std::{num::NonZeroU64, time::Duration};

use chrono::{DateTime, Utc};

use crate::{
    error::Error,
    instant::{from_nanos, to_nanos},
    random::RandomGap,
};

/// A period in nanoseconds, never zero, at most 584 years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Interval(NonZeroU64);

/// The elapsed time from one fire to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Spacing {
    Fixed(Interval),
    Random(RandomGap),
}

impl Interval {
    pub(crate) fn new(period: Duration) -> Result<Interval, Error> {
        Interval::from_nanos(period.as_nanos())
    }

    pub(crate) fn from_nanos(nanos: u128) -> Result<Interval, Error> {
        if nanos == 0 {
            return Err(Error::new(
                "a period of zero is not possible, it must be at least 1ns",
            ));
        }
        u64::try_from(nanos)
            .ok()
            .and_then(NonZeroU64::new)
            .map(Interval)
            .ok_or_else(|| {
                let years = nanos / (u128::from(NANOS_PER_DAY) * 365);
                Error::new(format!(
                    "a period of about {years} years is too long, the most is 584 years"
                ))
            })
    }

    pub(crate) fn nonzero(self) -> NonZeroU64 {
        self.0
    }

    pub(crate) fn nanos(self) -> u64 {
        self.0.get()
    }

    pub(crate) fn period(self) -> Duration {
        Duration::from_nanos(self.0.get())
    }

    /// The first of anchor + 1 period, anchor + 2 periods, ... after `after`.
    pub(crate) fn next_after(
        self,
        anchor: DateTime<Utc>,
        after: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        if let Some(next) = self.next_nearby(anchor, after) {
            return Some(next);
        }
        let period = i128::from(self.0.get());
        let (anchor, after) = (to_nanos(anchor), to_nanos(after));
        // One division, however many fires have passed.
        let passed = (after - anchor).div_euclid(period).max(0);
        from_nanos(anchor + (passed + 1) * period)
    }

    /// The same within the years 1677 to 2262, where 64 bits are enough, and outside of
    /// leap seconds; else `None`.
    fn next_nearby(self, anchor: DateTime<Utc>, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let period = i64::try_from(self.0.get()).ok()?;
        let is_leap = |t: DateTime<Utc>| t.timestamp_subsec_nanos() > 999_999_999;
        if is_leap(anchor) || is_leap(after) {
            return None;
        }
        let (anchor, after) = (anchor.timestamp_nanos_opt()?, after.timestamp_nanos_opt()?);
        let passed = after.checked_sub(anchor)?.div_euclid(period).max(0);
        let next = passed.checked_add(1)?.checked_mul(period)?;
        Some(DateTime::from_timestamp_nanos(anchor.checked_add(next)?))
    }

    /// The first multiple of the period since the Unix epoch after `after`.
    pub(crate) fn next_multiple(self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let period = i128::from(self.0.get());
        from_nanos((to_nanos(after).div_euclid(period) + 1) * period)
    }

    /// How many multiples of the period there are before `end`, counted from
    /// the Unix epoch; both in nanoseconds.
    pub(crate) fn multiples_before(self, end: i128) -> i128 {
        (end - 1).div_euclid(i128::from(self.0.get()))
    }

    /// How many fires there are from one fire to another, both counted.
    pub(crate) fn count(self, first: DateTime<Utc>, last: DateTime<Utc>) -> i128 {
        (to_nanos(last) - to_nanos(first)).div_euclid(i128::from(self.0.get())) + 1
    }
}

impl From<NonZeroU64> for Interval {
    fn from(nanos: NonZeroU64) -> Interval {
        Interval(nanos)
    }
}

/// The first fire after `after` of an interval of so many nanoseconds that is
/// counted from `anchor`.
#[doc(hidden)]
#[must_use]
pub fn interval_next_after(
    nanos: NonZeroU64,
    anchor: DateTime<Utc>,
    after: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    Interval(nanos).next_after(anchor, after)
}

const NANOS_PER_DAY: u64 = 86_400_000_000_000;

impl Spacing {
    /// A gap from `min` to `max`; fixed if they are equal.
    pub(crate) fn between(min: Interval, max: Interval) -> Result<Spacing, Error> {
        if min == max {
            return Ok(Spacing::Fixed(min));
        }
        RandomGap::new(min.0, max.0)
            .map(Spacing::Random)
            .ok_or_else(|| {
                let (min, max) = (
                    crate::display::Span(min.nanos().into()),
                    crate::display::Span(max.nanos().into()),
                );
                Error::new(format!(
                    "`{min} to {max}` goes down, write the shorter one first: `{max} to {min}`"
                ))
            })
    }

    /// The shortest and the longest time to the next fire.
    pub(crate) fn bounds(self) -> (Interval, Interval) {
        match self {
            Spacing::Fixed(interval) => (interval, interval),
            Spacing::Random(gap) => (Interval(gap.min()), Interval(gap.max())),
        }
    }

    pub(crate) fn next_after(
        self,
        seed: u64,
        anchor: DateTime<Utc>,
        after: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        match self {
            Spacing::Fixed(interval) => interval.next_after(anchor, after),
            Spacing::Random(gap) => {
                let positions = gap.positions(seed, anchor);
                let (anchor, after) = (to_nanos(anchor), to_nanos(after));
                let k = positions.first_at_or_after(after - anchor + 1);
                from_nanos(anchor + positions.get(k))
            }
        }
    }

    /// Says how many fires there are before an instant, in nanoseconds since
    /// the Unix epoch.
    pub(crate) fn rank(self, seed: u64, anchor: DateTime<Utc>) -> impl Fn(i128) -> i128 {
        let start = to_nanos(anchor);
        let positions = match self {
            Spacing::Fixed(_) => None,
            Spacing::Random(gap) => Some(gap.positions(seed, anchor)),
        };
        let period = i128::from(self.bounds().0.nanos());
        move |end| match positions {
            None => (end - 1 - start).div_euclid(period).max(0),
            Some(positions) => positions.first_at_or_after(end - start) - 1,
        }
    }

    /// The last fire up to `t`.
    pub(crate) fn latest_at(
        self,
        seed: u64,
        anchor: DateTime<Utc>,
        t: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let k = self.rank(seed, anchor)(to_nanos(t) + 1);
        if k < 1 {
            return None;
        }
        let position = match self {
            Spacing::Fixed(Interval(period)) => k * i128::from(period.get()),
            Spacing::Random(gap) => gap.positions(seed, anchor).get(k),
        };
        from_nanos(to_nanos(anchor) + position)
    }

    /// How many fires there are from one fire to another, both counted.
    pub(crate) fn count(
        self,
        seed: u64,
        anchor: DateTime<Utc>,
        first: DateTime<Utc>,
        last: DateTime<Utc>,
    ) -> i128 {
        match self {
            Spacing::Fixed(interval) => interval.count(first, last),
            Spacing::Random(gap) => {
                let positions = gap.positions(seed, anchor);
                let index = |t| positions.first_at_or_after(to_nanos(t) - to_nanos(anchor));
                index(last) - index(first) + 1
            }
        }
    }
}
