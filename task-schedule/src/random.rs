//! Random gaps that can be asked about in any order.

use std::num::NonZeroU64;

use chrono::{DateTime, Utc};

/// A gap between two fires that is drawn anew each time, from `min` to `max`
/// nanoseconds inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RandomGap {
    min: NonZeroU64,
    max: NonZeroU64,
}

impl RandomGap {
    /// `None` unless `min` is less than `max`.
    pub(crate) fn new(min: NonZeroU64, max: NonZeroU64) -> Option<RandomGap> {
        (min < max).then_some(RandomGap { min, max })
    }

    pub(crate) fn min(self) -> NonZeroU64 {
        self.min
    }

    pub(crate) fn max(self) -> NonZeroU64 {
        self.max
    }

    /// Where the fires of one job lie, in nanoseconds from `anchor`.
    pub(crate) fn positions(self, seed: u64, anchor: DateTime<Utc>) -> Positions {
        Positions::new(self.min.get(), self.max.get(), 1, seed, anchor)
    }
}

/// The positions of the fires of one job, as whole numbers counted from its
/// anchor: position 1, position 2, ...
///
/// They have to be a pure function of their index, so that a year of missed
/// fires is skipped with a division and two replicas agree. Adding up random
/// gaps cannot do that. Instead, with all times doubled to keep halves exact,
///
/// ```text
/// 2·x(k) = k·(min + max) + d(k) - d(0)      d(k) drawn from 0..=max - min
/// ```
///
/// where d(k) is a hash of the seed, the anchor and k. Each gap is
/// (min + max)/2 plus half the difference of two draws: it lies in min..=max,
/// the middle being likeliest, and the mean gap is exactly the middle, with no
/// drift. With `min == max` this is a plain grid.
///
/// Counts of units (5 to 10 days) are scaled up by [`SCALE`], drawn as above,
/// and rounded down to whole units. Since `min` and `max` are whole units,
/// rounding down leaves each gap in min..=max.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Positions {
    /// min + max, scaled.
    sum: i128,
    /// max - min, scaled.
    spread: u64,
    scale: i128,
    /// The hash of the seed and the anchor.
    key: u64,
}

/// How finely a random number of days or hours is drawn before it is rounded.
const SCALE: u64 = 1_000_000_000;

impl Positions {
    /// Positions that are `min` to `max` whole units apart.
    pub(crate) fn of_units(min: u32, max: u32, seed: u64, anchor: DateTime<Utc>) -> Positions {
        // A u32 times a thousand million is less than 2^62.
        let scaled = |count: u32| u64::from(count) * SCALE;
        Positions::new(scaled(min), scaled(max), SCALE, seed, anchor)
    }

    fn new(min: u64, max: u64, scale: u64, seed: u64, anchor: DateTime<Utc>) -> Positions {
        let anchored = mix(mix(seed) ^ (anchor.timestamp() as u64));
        Positions {
            sum: i128::from(min) + i128::from(max),
            spread: max - min,
            scale: i128::from(scale),
            key: mix(anchored ^ u64::from(anchor.timestamp_subsec_nanos())),
        }
    }

    /// The position of the `k`-th fire. Strictly increasing; `get(0)` is 0.
    pub(crate) fn get(&self, k: i128) -> i128 {
        (self.doubled(k) >> 1).div_euclid(self.scale)
    }

    /// The first `k` from 1 on whose position is `position` or more.
    pub(crate) fn first_at_or_after(&self, position: i128) -> i128 {
        // Rounding down never crosses a whole unit, so the unrounded numbers
        // can be compared. They differ from k·sum by no more than `spread`,
        // which is less than `sum`, so the loop runs at most three times.
        let wanted = 2 * position * self.scale;
        let mut k = (wanted - i128::from(self.spread))
            .div_euclid(self.sum)
            .max(1);
        while self.doubled(k) < wanted {
            k += 1;
        }
        k
    }

    fn doubled(&self, k: i128) -> i128 {
        k * self.sum + i128::from(self.draw(k)) - i128::from(self.draw(0))
    }

    /// A number from 0 to `spread` inclusive, the same whenever it is asked.
    fn draw(&self, k: i128) -> u64 {
        if self.spread == 0 {
            return 0;
        }
        // The low 64 bits: no job lives for 2^64 fires.
        let hash = mix(self.key ^ (k as u64));
        let wide = u128::from(hash) * (u128::from(self.spread) + 1);
        (wide >> 64) as u64
    }
}

/// One step of splitmix64: neighbouring inputs give unrelated outputs.
#[must_use]
pub fn mix(input: u64) -> u64 {
    let mut bits = input.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
