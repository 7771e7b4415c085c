//! How long a failed run waits for its next attempt.

use std::{fmt, str::FromStr, time::Duration};

use task_schedule::{Error, mix, parse_spans};

/// How long a failed run waits for its next attempt.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use task::Backoff;
///
/// let second = Duration::from_secs(1);
/// assert_eq!("1s to 1m".parse(), Ok(Backoff::Exponential { first: second, cap: 60 * second }));
/// assert_eq!("1s".parse(), Ok(Backoff::Fixed(second)));
/// assert_eq!(Backoff::default().to_string(), "1s to 1m");
/// assert!("1m to 1s".parse::<Backoff>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backoff {
    /// Always so long.
    Fixed(Duration),
    /// Up to `first` before the second attempt, up to twice as long before each
    /// further one, and never longer than `cap`. How long in fact is drawn evenly
    /// from zero to that ("full jitter"), so that those that failed together
    /// don't come again together; it is computed from the task's name, the fire
    /// time and the attempt.
    Exponential {
        /// The bound of the first wait.
        first: Duration,
        /// The bound of all waits.
        cap: Duration,
    },
}

/// `1s to 1m`.
impl Default for Backoff {
    fn default() -> Backoff {
        Backoff::Exponential {
            first: Duration::from_secs(1),
            cap: Duration::from_secs(60),
        }
    }
}

impl Backoff {
    /// Returns the wait after so many failed attempts, at least one.
    pub(crate) fn wait(self, failed: u32, seed: u64) -> Duration {
        let Backoff::Exponential { first, cap } = self else {
            return self.first();
        };
        let doubled = 1_u32
            .checked_shl(failed.saturating_sub(1))
            .and_then(|factor| first.checked_mul(factor));
        let bound = doubled.map_or(cap, |bound| bound.min(cap));
        // 584 years, which no text exceeds.
        let bound = u64::try_from(bound.as_nanos()).unwrap_or(u64::MAX);
        // A draw of 64 bits as a fraction of the bound.
        let draw = mix(seed ^ mix(u64::from(failed)));
        let nanos = (u128::from(bound) * u128::from(draw)) >> 64;
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(bound))
    }

    /// Returns the shortest bound: that of the first wait.
    pub(crate) fn first(self) -> Duration {
        match self {
            Backoff::Fixed(wait) => wait,
            Backoff::Exponential { first, .. } => first,
        }
    }

    /// Returns why these spans can't be meant.
    pub(crate) fn problem(self) -> Option<String> {
        match self {
            Backoff::Exponential { first, cap } if cap < first => Some(format!(
                "a `backoff` of {first:?} to {cap:?} goes down: expected the shorter span first"
            )),
            _ if self.first().is_zero() => {
                Some("a `backoff` of 0: expected more, or the attempts would follow at once".into())
            }
            _ => None,
        }
    }
}

impl fmt::Display for Backoff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Backoff::Fixed(wait) => f.write_str(&task_schedule::span_text(*wait)),
            Backoff::Exponential { first, cap } => {
                let [first, cap] = [first, cap].map(|span| task_schedule::span_text(*span));
                write!(f, "{first} to {cap}")
            }
        }
    }
}

/// As the text that is read.
#[cfg(feature = "serde")]
impl serde::Serialize for Backoff {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Backoff {
    type Err = Error;

    /// Reads one span, or two: `10s`, `1s to 1m`.
    ///
    /// # Errors
    ///
    /// What is no such text; the message marks the place.
    fn from_str(text: &str) -> Result<Backoff, Error> {
        Ok(match parse_spans(text)? {
            (wait, None) => Backoff::Fixed(wait),
            (first, Some(cap)) => Backoff::Exponential { first, cap },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Backoff;

    const SECOND: Duration = Duration::from_secs(1);

    fn waits(backoff: Backoff, failed: u32) -> impl Iterator<Item = Duration> {
        (0..1_000).map(move |seed| backoff.wait(failed, seed))
    }

    #[test]
    fn a_wait_is_drawn_evenly_up_to_a_bound_that_doubles_until_the_cap() {
        let backoff = "1s to 10s".parse::<Backoff>().unwrap();
        for (failed, bound) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (6, 10), (40, 10)] {
            let bound = bound * SECOND;
            let longest = waits(backoff, failed).max().unwrap();
            assert!(longest < bound, "{failed}: {longest:?}");
            assert!(longest > bound.mul_f64(0.99), "{failed}: {longest:?}");
            let sum: Duration = waits(backoff, failed).sum();
            let mean = sum.as_secs_f64() / 1_000.0 / bound.as_secs_f64();
            assert!((0.45..0.55).contains(&mean), "{failed}: {mean}");
        }
    }

    #[test]
    fn a_fixed_wait_is_the_same_each_time() {
        let backoff = "10s".parse::<Backoff>().unwrap();
        assert!(waits(backoff, 1).all(|wait| wait == 10 * SECOND));
        assert!(waits(backoff, 50).all(|wait| wait == 10 * SECOND));
    }

    #[test]
    fn the_longest_spans_overflow_nothing() {
        let backoff = Backoff::Exponential {
            first: Duration::MAX,
            cap: Duration::MAX,
        };
        for failed in [1, 2, 32, 33, u32::MAX] {
            assert!(backoff.wait(failed, 7) <= Duration::MAX);
        }
    }

    #[test]
    fn texts_are_read_and_written() {
        for text in ["10s", "1s to 1m", "500ms to 1h 30m"] {
            assert_eq!(text.parse::<Backoff>().unwrap().to_string(), text);
        }
        for (text, part) in [
            ("", "empty"),
            ("1s to", "span"),
            ("1", "1 what"),
            ("1s to 1m to 1h", ""),
            ("1m to 1s", "1m"),
            ("0s", "0"),
        ] {
            let error = text.parse::<Backoff>().unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
