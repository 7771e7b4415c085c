//! Which fire comes next, and which one a round is given.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use task_schedule::{Basis, mix};

use crate::{
    job::{Fired, JobState, Limit, Pending, Phase},
    policy::Missed,
    timeline::{Instants, Timeline, delta},
    timing::Timing,
};

const NANOSECOND: TimeDelta = TimeDelta::nanoseconds(1);

/// How many fires `Missed::All` runs at the most when it catches up.
const MAX_CATCH_UP: u64 = 1_000;

impl JobState {
    /// Takes what has passed, of which the pending fire is the first, and plans
    /// the next one.
    ///
    /// What was missed is computed, never walked through. `None` if nothing is
    /// pending, or its limit has passed.
    pub(crate) fn fire(&mut self, now: Instants, line: &Timeline) -> Option<Fired> {
        let first = self.next.take()?;
        // A wall clock that was set forward may have passed the limit since.
        if !self.within_limit(first.fire, line) {
            return None;
        }
        if self.timing.is_delay() {
            self.phase = Phase::AwaitsEnd;
            return Some(Fired {
                fire: Some(first.fire),
                missed: 0,
            });
        }
        let now = self.on_line(now);
        if self.timing.is_once() {
            self.phase = Phase::Spent;
            return Some(self.judge(first, 0, now));
        }
        // A fire that was kept when the wall clock was set back lies ahead of it:
        // the next one doesn't wait for that.
        let second = self.after(first.fire.min(now), line);
        match second.filter(|second| second.due <= now) {
            None => {
                self.next = second;
                Some(self.judge(first, 0, now))
            }
            Some(second) if self.options.missed == Missed::All => {
                Some(self.catch_up(first, second, now, line))
            }
            Some(second) => {
                let latest = self.latest_due(second.fire, now, line);
                self.next = self.after(latest, line);
                let earlier = self.count(second.fire, latest, line);
                let latest = self.pending(latest, false, line)?;
                Some(self.judge(latest, earlier, now))
            }
        }
    }

    /// Decides whether the latest fire that has passed is run: it is merely
    /// late, unless it is later than the policy's grace.
    fn judge(&self, latest: Pending, earlier: u64, now: DateTime<Utc>) -> Fired {
        let is_missed =
            self.options.missed == Missed::Skip && now - latest.due > delta(self.options.grace);
        if is_missed {
            Fired {
                fire: None,
                missed: earlier.saturating_add(1),
            }
        } else {
            Fired {
                fire: Some(latest.fire),
                missed: earlier,
            }
        }
    }

    /// Gives the first of several fires that have passed; the next one waits
    /// for the end of its run. When there are too many, the oldest are left out.
    fn catch_up(
        &mut self,
        first: Pending,
        second: Pending,
        now: DateTime<Utc>,
        line: &Timeline,
    ) -> Fired {
        let latest = self.latest_due(second.fire, now, line);
        let later = self.count(second.fire, latest, line);
        let missed = (later + 1).saturating_sub(MAX_CATCH_UP);
        let fire = match missed {
            0 => first.fire,
            _ => self.nth_last(second.fire, latest, line),
        };
        match self.after(fire, line) {
            Some(next) if next.due <= now => self.phase = Phase::CatchesUp(next),
            next => self.next = next,
        }
        Fired {
            fire: Some(fire),
            missed,
        }
    }

    /// Returns the fire of which, with those after it, there are `MAX_CATCH_UP`
    /// up to `latest`, by bisection; or `known` if there are no more from it on.
    fn nth_last(
        &self,
        known: DateTime<Utc>,
        latest: DateTime<Utc>,
        line: &Timeline,
    ) -> DateTime<Utc> {
        if self.count(known, latest, line) <= MAX_CATCH_UP {
            return known;
        }
        // There are too many from `low` on, and not too many from `high` on.
        let (mut low, mut high) = (known, latest);
        while high - low > NANOSECOND {
            let middle = low + (high - low) / 2;
            let fire = self
                .next_after(middle - NANOSECOND)
                .filter(|fire| *fire <= latest);
            match fire {
                Some(fire) if self.count(fire, latest, line) > MAX_CATCH_UP => low = middle,
                _ => high = middle,
            }
        }
        // Without what was lived through before.
        let found = self.after(high - NANOSECOND, line);
        found.map_or(latest, |found| found.fire)
    }

    /// Returns the latest fire whose start is due and that was not lived
    /// through before, given that `known` is one.
    fn latest_due(
        &self,
        known: DateTime<Utc>,
        now: DateTime<Utc>,
        line: &Timeline,
    ) -> DateTime<Utc> {
        let mut upto = self.limit_on(line).map_or(now, |limit| limit.min(now));
        // Each round leaves out a stretch, or a fire whose jitter is not over.
        // Jitter is shorter than the gap between fires, so that this is the last one.
        let (endless, seed) = (self.timing.endless(), self.seed());
        while let Some(fire) = endless.latest_until(seed, self.anchor, upto) {
            if fire <= known {
                break;
            }
            let is_due = self
                .pending(fire, false, line)
                .is_some_and(|pending| pending.due <= now);
            upto = match line.lived_at(self.lived_generation(), fire) {
                Some((from, _)) => from - NANOSECOND,
                None if is_due => return fire,
                None => fire - NANOSECOND,
            };
        }
        known
    }

    /// Returns how many fires there are from one to another, both counted and
    /// without those that were lived through before.
    fn count(&self, first: DateTime<Utc>, last: DateTime<Utc>, line: &Timeline) -> u64 {
        let (endless, seed) = (self.timing.endless(), self.seed());
        let count = |first, last| endless.count_between(seed, self.anchor, first, last);
        let lived: u64 = line
            .lived(self.lived_generation())
            .into_iter()
            .filter_map(|(from, to)| {
                let from = self.next_after(first.max(from) - NANOSECOND)?;
                let to = endless.latest_until(seed, self.anchor, to.min(last))?;
                (from <= to).then(|| count(from, to))
            })
            .sum();
        count(first, last).saturating_sub(lived)
    }

    /// Returns a copy that needs no timeline, its first fire and how the line
    /// is moved from the wall clock: what a plan is made of. A run that is
    /// under way is taken to end now.
    pub(crate) fn planned(
        &self,
        now: Instants,
        line: &Timeline,
    ) -> Option<(JobState, DateTime<Utc>, TimeDelta)> {
        let mut job = self.clone();
        job.run_ended(now, line);
        job.limit = job.limit_on(line).map(Limit::OnLine);
        let first = job.next?.fire;
        let shift = match job.timing.basis() {
            Basis::Elapsed => line.wall_at(first) - first,
            Basis::Wall => TimeDelta::zero(),
        };
        Some((job, first, shift))
    }

    /// Returns the fire after another one, for a plan.
    pub(crate) fn planned_after(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let next = self.next_after(after)?;
        match self.limit {
            Some(Limit::OnLine(limit) | Limit::OnWall(limit)) if next > limit => None,
            _ => Some(next),
        }
    }

    /// Returns how many fires there are from the pending one to `upto`, for a plan.
    pub(crate) fn count_planned(&self, pending: DateTime<Utc>, upto: DateTime<Utc>) -> u64 {
        let second = self.planned_after(pending).filter(|second| *second <= upto);
        let (endless, seed) = (self.timing.endless(), self.seed());
        let last = endless.latest_until(seed, self.anchor, upto);
        1 + second.zip(last).map_or(0, |(second, last)| {
            endless.count_between(seed, self.anchor, second, last)
        })
    }

    pub(crate) fn after(&self, after: DateTime<Utc>, line: &Timeline) -> Option<Pending> {
        let mut next = self.next_after(after)?;
        // A delay counts from the last run, and has no fires to repeat.
        if self.timing.basis() == Basis::Wall && !self.timing.is_delay() {
            while let Some((_, lived)) = line.lived_at(self.lived_generation(), next) {
                next = self.next_after(lived)?;
            }
        }
        self.pending(next, false, line)
    }

    fn next_after(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // Only what is random has a use for the seed.
        let seed = match self.timing {
            Timing::Every(_) => 0,
            Timing::Other(_) => self.seed(),
        };
        self.timing.next_after(seed, self.anchor, after)
    }

    pub(crate) fn pending(
        &self,
        fire: DateTime<Utc>,
        is_start: bool,
        line: &Timeline,
    ) -> Option<Pending> {
        if !self.within_limit(fire, line) {
            return None;
        }
        let due = if self.options.jitter.is_zero() {
            fire
        } else {
            let name = self.fire_time(fire, line);
            fire.checked_add_signed(jitter(self.task_seed, name, self.options.jitter))?
        };
        Some(Pending {
            fire,
            due,
            is_start,
        })
    }

    fn within_limit(&self, fire: DateTime<Utc>, line: &Timeline) -> bool {
        self.limit_on(line).is_none_or(|limit| fire <= limit)
    }

    /// Returns the limit on the job's line, as the clocks are now.
    fn limit_on(&self, line: &Timeline) -> Option<DateTime<Utc>> {
        Some(match self.limit? {
            Limit::OnLine(limit) => limit,
            Limit::OnWall(limit) => line.uptime_at(limit),
        })
    }

    /// Only who has been started has lived through anything, and only on the wall
    /// clock, since elapsed time comes but once.
    fn lived_generation(&self) -> u64 {
        let generation = match self.timing.basis() {
            Basis::Elapsed => None,
            Basis::Wall => self.generation,
        };
        generation.map_or(u64::MAX, |generation| u64::from(generation.get()))
    }
}

/// Returns by how much a fire is moved: less than `bound`, spread evenly, and
/// the same on every machine, since it is computed from nothing but the task's
/// name and the fire time.
fn jitter(task_seed: u64, fire_time: DateTime<Utc>, bound: Duration) -> TimeDelta {
    let bound = u64::try_from(bound.as_nanos()).unwrap_or(u64::MAX);
    let seconds = mix(task_seed ^ (fire_time.timestamp() as u64));
    let draw = mix(seconds ^ u64::from(fire_time.timestamp_subsec_nanos()));
    // A multiplication maps the draw onto 0..bound without the bias of a remainder.
    let moved = (u128::from(draw) * u128::from(bound)) >> 64;
    TimeDelta::nanoseconds(i64::try_from(moved).unwrap_or(i64::MAX))
}
