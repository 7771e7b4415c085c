//! What the scheduler knows of the two clocks: elapsed time as a line of
//! instants, the steps of the wall clock, and the wall times already lived.

use std::{num::NonZeroU32, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{clock::Now, tick::Tick};

/// A difference between the clocks smaller than this is drift or a late
/// reading, not a step.
const STEP: TimeDelta = TimeDelta::nanoseconds(STEP_NANOS as i64);
const STEP_NANOS: u64 = 1_000_000_000;

/// How many stretches of lived time are remembered. Only a wall clock that is
/// set back again and again makes more, and then the oldest are forgotten.
const MAX_LIVED: usize = 16;

/// A closed stretch of wall time that rounds have passed through.
#[derive(Clone, Copy, Debug)]
struct Lived {
    id: u64,
    from: Tick,
    to: Tick,
}

/// Both clocks as instants, so that every job computes with one type.
///
/// Elapsed jobs live on the *uptime* line: the wall time at which the
/// scheduler was made, plus what the monotonic clock has counted. Steps of the
/// wall clock don't move it. Wall jobs live on the wall clock itself.
#[derive(Debug)]
pub(crate) struct Timeline {
    epoch: DateTime<Utc>,
    /// The same in nanoseconds since the Unix epoch, if it is near enough.
    epoch_nanos: Option<i64>,
    /// How far the wall clock has been stepped away from the uptime line.
    shift: TimeDelta,
    /// The same in nanoseconds, if it is near enough.
    shift_nanos: Option<i64>,
    /// The greatest `shift` ever: what names the fires of elapsed jobs. It
    /// never shrinks, so no name comes twice when a clock is set back.
    naming: TimeDelta,
    /// The same in nanoseconds, if it is near enough.
    naming_nanos: Option<i64>,
    current: Lived,
    past: Vec<Lived>,
    /// What the monotonic clock had counted at the last reading that was taken in.
    latest: Duration,
}

/// One reading of the clocks, as instants of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instants {
    pub(crate) wall: DateTime<Utc>,
    pub(crate) uptime: DateTime<Utc>,
}

impl Timeline {
    pub(crate) fn new(now: Now) -> Timeline {
        // `elapsed` counts from the making of the clock, a moment ago.
        let epoch = now.wall() - delta(now.elapsed);
        Timeline {
            epoch,
            // Not within a leap second, which these numbers don't know.
            epoch_nanos: Some(epoch)
                .filter(|epoch| epoch.timestamp_subsec_nanos() < 1_000_000_000)
                .and_then(|epoch| epoch.timestamp_nanos_opt()),
            shift: TimeDelta::zero(),
            shift_nanos: Some(0),
            naming: TimeDelta::zero(),
            naming_nanos: Some(0),
            current: Lived {
                id: 1,
                from: now.wall,
                to: now.wall,
            },
            past: Vec::new(),
            latest: now.elapsed,
        }
    }

    pub(crate) fn instants(&self, now: Now) -> Instants {
        let uptime = match self.uptime_nanos(now) {
            Some(nanos) => Some(DateTime::from_timestamp_nanos(nanos)),
            None => self.epoch.checked_add_signed(delta(now.elapsed)),
        };
        Instants {
            wall: now.wall(),
            uptime: uptime.unwrap_or(DateTime::<Utc>::MAX_UTC),
        }
    }

    /// Returns the uptime as a number that sorts as it does.
    pub(crate) fn uptime_tick(&self, now: Now) -> Tick {
        match self.uptime_nanos(now) {
            Some(nanos) => Tick::from_nanos(nanos),
            None => self.instants(now).uptime.into(),
        }
    }

    /// Returns the uptime in nanoseconds since the Unix epoch, within the years 1677
    /// to 2262: that is a few steps instead of a calendar's.
    pub(crate) fn uptime_nanos(&self, now: Now) -> Option<i64> {
        let seconds = i64::try_from(now.elapsed.as_secs()).ok()?;
        let elapsed = seconds.checked_mul(1_000_000_000)?;
        let elapsed = elapsed.checked_add(i64::from(now.elapsed.subsec_nanos()))?;
        self.epoch_nanos?.checked_add(elapsed)
    }

    /// The same as [`fire_time`](Timeline::fire_time), in nanoseconds since the Unix
    /// epoch.
    pub(crate) fn fire_nanos(&self, uptime: i64) -> Option<i64> {
        uptime.checked_add(self.naming_nanos?)
    }

    /// Returns by how much the wall clock was stepped since the last reading, if it was.
    fn step(&self, now: Now) -> Option<TimeDelta> {
        let nearby = || {
            let (wall, uptime) = (now.wall.nanos()?, self.uptime_nanos(now)?);
            wall.checked_sub(uptime)?.checked_sub(self.shift_nanos?)
        };
        match nearby() {
            Some(step) if step.unsigned_abs() < STEP_NANOS => None,
            Some(step) => Some(TimeDelta::nanoseconds(step)),
            None => {
                let step = now.wall() - self.instants(now).uptime - self.shift;
                (step.abs() >= STEP).then_some(step)
            }
        }
    }

    /// Takes a reading in, and returns by how much the wall clock was stepped
    /// since the last one, if it was.
    pub(crate) fn observe(&mut self, now: Now) -> Option<TimeDelta> {
        if !now.is_read() {
            // Somebody else may have seen a step since the wall clock was read for it.
            return None;
        }
        if now.elapsed < self.latest {
            // It was taken before the lock was, and tells nothing new: after a step
            // it would look like a step back.
            return None;
        }
        if now.elapsed == self.latest && now.wall == self.current.to {
            // The same reading once more: no time passes on a manual clock.
            return None;
        }
        self.latest = now.elapsed;
        let Some(step) = self.step(now) else {
            self.current.to = self.current.to.max(now.wall);
            return None;
        };
        // It was lived up to the step, as far as anybody knows.
        let before = now.wall().checked_sub_signed(step).unwrap_or(now.wall());
        self.current.to = self.current.to.max(before.into());
        self.shift += step;
        self.shift_nanos = self.shift.num_nanoseconds();
        self.naming = self.naming.max(self.shift);
        self.naming_nanos = self.naming.num_nanoseconds();
        if self.past.len() == MAX_LIVED {
            self.past.remove(0);
        }
        self.past.push(self.current);
        self.current = Lived {
            id: self.current.id + 1,
            from: now.wall,
            to: now.wall,
        };
        Some(step)
    }

    /// Returns what a new job must remember: the stretches of time lived
    /// before it are none of its own.
    pub(crate) fn generation(&self) -> NonZeroU32 {
        // A clock that is stepped every second of a hundred years has fewer.
        NonZeroU32::MIN.saturating_add((self.current.id - 1) as u32)
    }

    /// Returns the stretches that a job of this generation has lived through
    /// before the wall clock was stepped, in order and without overlaps.
    pub(crate) fn lived(&self, generation: u64) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let mut stretches = Vec::new();
        for lived in &self.past {
            if lived.id < generation {
                continue;
            }
            let (mut from, mut to) = (lived.from.instant(), lived.to.instant());
            // Those that overlap are one.
            stretches.retain(|&(other_from, other_to)| {
                let is_apart = other_to < from || to < other_from;
                if !is_apart {
                    from = from.min(other_from);
                    to = to.max(other_to);
                }
                is_apart
            });
            let place = stretches.partition_point(|&(other, _)| other < from);
            stretches.insert(place, (from, to));
        }
        stretches
    }

    /// Returns the stretch among those that holds `at`.
    pub(crate) fn lived_at(
        &self,
        generation: u64,
        at: DateTime<Utc>,
    ) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        // Hardly ever has a clock been stepped at all.
        if self.past.is_empty() {
            return None;
        }
        let stretches = self.lived(generation);
        stretches
            .into_iter()
            .find(|&(from, to)| from <= at && at <= to)
    }

    /// Returns the name that a fire on the uptime line has in the world.
    pub(crate) fn fire_time(&self, uptime: DateTime<Utc>) -> DateTime<Utc> {
        uptime
            .checked_add_signed(self.naming)
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Returns the instant of the uptime line at which the wall clock will show `wall`.
    pub(crate) fn uptime_at(&self, wall: DateTime<Utc>) -> DateTime<Utc> {
        let uptime = wall.checked_sub_signed(self.shift);
        uptime.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Returns what the wall clock will show at an instant of the uptime line.
    pub(crate) fn wall_at(&self, uptime: DateTime<Utc>) -> DateTime<Utc> {
        uptime
            .checked_add_signed(self.shift)
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// The longest spans of `chrono` and `std` differ; past them a clock can't be read anyway.
pub(crate) fn delta(span: Duration) -> TimeDelta {
    TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn now(wall: i64, elapsed: u64) -> Now {
        Now::new(at(wall), Duration::from_secs(elapsed))
    }

    #[test]
    fn the_clocks_agree_until_the_wall_clock_is_stepped() {
        let mut line = Timeline::new(now(1_000, 0));
        assert_eq!(line.observe(now(1_010, 10)), None);
        assert_eq!(line.observe(now(1_080, 20)), Some(TimeDelta::seconds(60)));
        assert_eq!(line.observe(now(1_090, 30)), None);
        assert_eq!(line.instants(now(1_090, 30)).uptime, at(1_030));
        assert_eq!(line.observe(now(30, 40)), Some(TimeDelta::seconds(-1_070)));
    }

    #[test]
    fn a_reading_that_goes_on_knows_nothing_of_steps() {
        let mut line = Timeline::new(now(1_000, 10));
        let later = now(1_000, 10).go_on(Duration::new(10, 500_000)).unwrap();
        for wall in [5_000, 10] {
            let stepped = Now::new(at(wall), Duration::new(10, 400_000));
            assert!(line.observe(stepped).is_some());
            let lived = line.current.to;
            assert_eq!(line.observe(later), None);
            assert_eq!(line.observe(stepped), None);
            assert_eq!(line.current.to, lived);
        }
    }

    #[test]
    fn a_reading_from_before_a_step_is_no_step_back() {
        let mut line = Timeline::new(now(1_000, 0));
        assert_eq!(line.observe(now(1_080, 20)), Some(TimeDelta::seconds(60)));
        assert_eq!(line.observe(now(1_019, 19)), None);
        assert_eq!(line.observe(now(1_090, 30)), None);
    }

    #[test]
    fn drift_is_no_step_until_it_adds_up_to_one() {
        let mut line = Timeline::new(now(1_000, 0));
        let drifted = |ms: i64, elapsed| {
            let wall = at(1_000 + elapsed as i64) + TimeDelta::milliseconds(ms);
            Now::new(wall, Duration::from_secs(elapsed))
        };
        assert_eq!(line.observe(drifted(999, 10)), None);
        assert_eq!(
            line.observe(drifted(1_000, 20)),
            Some(TimeDelta::seconds(1))
        );
        assert_eq!(line.observe(drifted(1_000, 30)), None);
    }

    #[test]
    fn a_fire_keeps_its_name_when_the_clock_is_set_back_and_follows_it_forward() {
        let mut line = Timeline::new(now(1_000, 0));
        line.observe(now(4_600, 0)); // An hour forward.
        assert_eq!(line.fire_time(at(1_030)), at(4_630));
        assert_eq!(line.wall_at(at(1_030)), at(4_630));
        line.observe(now(2_800, 0)); // Half an hour back.
        assert_eq!(line.fire_time(at(1_060)), at(4_660));
        assert_eq!(line.wall_at(at(1_060)), at(2_860));
    }

    #[test]
    fn only_time_that_was_lived_through_counts_as_lived() {
        let mut line = Timeline::new(now(1_000, 0));
        line.observe(now(1_100, 100));
        line.observe(now(9_100, 100)); // Forward: nothing between was lived.
        line.observe(now(9_200, 200));
        let generation = u64::from(line.generation().get());
        line.observe(now(1_050, 200)); // Back into the first stretch.

        let first = Some((at(1_000), at(1_100)));
        let second = Some((at(9_100), at(9_200)));
        assert_eq!(line.lived_at(1, at(1_050)), first);
        assert_eq!(line.lived_at(1, at(5_000)), None);
        assert_eq!(line.lived_at(1, at(9_150)), second);
        // A job of the second stretch has not lived through the first.
        assert_eq!(line.lived_at(generation, at(1_050)), None);
        assert_eq!(line.lived_at(generation, at(9_150)), second);
    }

    #[test]
    fn stretches_that_overlap_are_one() {
        let mut line = Timeline::new(now(1_000, 0));
        line.observe(now(1_100, 100));
        line.observe(now(1_050, 100)); // Back, and on for longer.
        line.observe(now(1_200, 250));
        line.observe(now(5_000, 250));
        line.observe(now(4_000, 250));
        let lived = line.lived(1);
        assert_eq!(lived, [(at(1_000), at(1_200)), (at(5_000), at(5_000))]);
    }

    #[test]
    fn a_clock_that_is_set_back_for_ever_takes_no_memory() {
        let mut line = Timeline::new(now(1_000_000, 0));
        for step in 0..1_000 {
            line.observe(now(999_000 - step * 10, 0));
        }
        assert!(line.past.len() <= MAX_LIVED);
    }
}
