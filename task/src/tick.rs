//! Instants as numbers.

use chrono::{DateTime, Utc};

/// An instant as two numbers that are compared at once, unlike a calendar's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tick {
    /// The seconds, and below them the upper bits of the nanoseconds.
    upper: u64,
    lower: u32,
}

/// How many bits of the nanoseconds are in `lower`. Above them remain 20, since a leap
/// second has up to 2^31 of them, and 44 bits for the seconds of half a million years.
const LOWER: u32 = 11;

/// Before the first second that `chrono` can represent, so that none is negative.
const FIRST: i64 = -(1 << 43);

impl Tick {
    fn new(seconds: i64, nanos: u32) -> Tick {
        let seconds = seconds.wrapping_sub(FIRST) as u64;
        Tick {
            upper: seconds << (31 - LOWER) | u64::from(nanos >> LOWER),
            lower: nanos & ((1 << LOWER) - 1),
        }
    }

    /// That of so many nanoseconds since the Unix epoch.
    pub(crate) fn from_nanos(nanos: i64) -> Tick {
        let (seconds, nanos) = (nanos.div_euclid(NANOS), nanos.rem_euclid(NANOS));
        Tick::new(seconds, nanos as u32) // It is less than a second.
    }

    /// Returns it as two numbers, for who has no room for a gap between two ticks.
    pub(crate) fn parts(self) -> (u64, u32) {
        (self.upper, self.lower)
    }

    pub(crate) fn of_parts(upper: u64, lower: u32) -> Tick {
        Tick { upper, lower }
    }

    /// Returns the nanoseconds since the Unix epoch, from the year 1677 to 2262 and not
    /// within a leap second, which has none. They are never `i64::MIN`.
    pub(crate) fn nanos(self) -> Option<i64> {
        let (seconds, nanos) = self.seconds_and_nanos();
        let whole = seconds.checked_mul(NANOS)?;
        let nanos = i64::from(nanos);
        (nanos < NANOS).then(|| whole.checked_add(nanos))?
    }

    pub(crate) fn instant(self) -> DateTime<Utc> {
        let (seconds, nanos) = self.seconds_and_nanos();
        // It was made of one.
        DateTime::from_timestamp(seconds, nanos).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    fn seconds_and_nanos(self) -> (i64, u32) {
        let seconds = (self.upper >> (31 - LOWER)) as i64 + FIRST;
        let upper = self.upper as u32 & ((1 << (31 - LOWER)) - 1);
        (seconds, upper << LOWER | self.lower)
    }
}

const NANOS: i64 = 1_000_000_000;

impl From<DateTime<Utc>> for Tick {
    fn from(at: DateTime<Utc>) -> Tick {
        Tick::new(at.timestamp(), at.timestamp_subsec_nanos())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn a_tick_sorts_as_its_instant_and_gives_it_back() {
        let leap = DateTime::from_timestamp(1_483_228_799, 1_999_999_999).unwrap();
        let mut all = vec![
            DateTime::<Utc>::MIN_UTC,
            at(-1),
            at(0),
            at(1_700_000_000),
            leap,
            at(1_483_228_800),
            DateTime::<Utc>::MAX_UTC,
        ];
        for nanos in [1, 2, 2_047, 2_048, 999_999_999] {
            all.push(DateTime::from_timestamp(1_700_000_000, nanos).unwrap());
        }
        for &a in &all {
            assert_eq!(Tick::from(a).instant(), a);
            for &b in &all {
                assert_eq!(Tick::from(a).cmp(&Tick::from(b)), a.cmp(&b), "{a} {b}");
            }
            let nanos = a.timestamp_nanos_opt().filter(|_| a != leap);
            assert_eq!(Tick::from(a).nanos(), nanos);
            if let Some(nanos) = nanos {
                assert_eq!(Tick::from_nanos(nanos), Tick::from(a));
            }
        }
    }
}
