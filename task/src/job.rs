//! The state of one job, and the pure decisions about when it fires.

use std::{num::NonZeroU64, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use task_schedule::{Basis, Schedule, Until, mix};

use crate::timeline::{Instants, Timeline, delta};

/// Names a job within one scheduler. Ids are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct JobId(pub(crate) u64);

/// What the attribute says beside the schedule itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct JobOptions {
    /// The first fire comes so long after the start; zero is at once.
    pub(crate) start: Option<Duration>,
    /// Each start is moved by less than this.
    pub(crate) jitter: Duration,
    pub(crate) max_runs: Option<NonZeroU64>,
}

/// A fire that is to come, on the job's line of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    /// What the schedule says: the identity of the fire.
    pub(crate) fire: DateTime<Utc>,
    /// When it is to be started: the fire plus its jitter.
    pub(crate) due: DateTime<Utc>,
}

/// The fire that a job gives in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fired {
    pub(crate) fire: DateTime<Utc>,
    /// How many earlier fires passed while nothing could start them.
    pub(crate) missed: u64,
}

/// One schedule of a task with its own state.
///
/// Elapsed schedules compute on the uptime line, all others on the wall
/// clock's; `Instants` carries both, and the basis chooses.
#[derive(Clone, Debug)]
pub(crate) struct JobState {
    pub(crate) schedule: Arc<Schedule>,
    pub(crate) options: JobOptions,
    /// From the task's name and the job's place: what random draws start from.
    seed: u64,
    /// From the task's name alone: what jitter is computed from.
    task_seed: u64,
    /// See [`Timeline::generation`].
    generation: u64,
    pub(crate) anchor: DateTime<Utc>,
    /// No fire later than this, on the job's line.
    limit: Option<DateTime<Utc>>,
    /// No fire later than this by the wall clock, for a job on the uptime line.
    wall_limit: Option<DateTime<Utc>>,
    pub(crate) next: Option<Pending>,
    /// Started, and not parked since.
    started: bool,
    /// A delay counts from the end of the run that is under way.
    awaits_end: bool,
    /// Cancelled, or out of runs: it can't be started again.
    ended: bool,
    pub(crate) runs: u64,
    pub(crate) last_run: Option<DateTime<Utc>>,
}

impl JobState {
    /// Makes a job that has not been started and so never fires.
    pub(crate) fn new(
        schedule: Arc<Schedule>,
        options: JobOptions,
        task: &str,
        index: u64,
    ) -> JobState {
        let task_seed = fnv(task.as_bytes());
        JobState {
            schedule,
            options,
            seed: mix(task_seed ^ mix(index)),
            task_seed,
            generation: 0,
            anchor: DateTime::UNIX_EPOCH,
            limit: None,
            wall_limit: None,
            next: None,
            started: false,
            awaits_end: false,
            ended: false,
            runs: 0,
            last_run: None,
        }
    }

    /// Starts the job, or starts it anew: what counts from somewhere counts from `now`.
    ///
    /// A job that was ended stays ended.
    pub(crate) fn start(&mut self, now: Instants, line: &Timeline) {
        let is_wall = |until: Until| !until.is_span();
        self.wall_limit = match self.schedule.basis() {
            Basis::Elapsed if self.schedule.limit().is_some_and(is_wall) => {
                self.schedule.until_from(now.wall)
            }
            Basis::Elapsed | Basis::Wall => None,
        };
        let now = self.on_line(now);
        self.generation = line.generation();
        self.limit = self.schedule.until_from(now);
        self.park();
        self.started = true;
        if self.ended {
            return;
        }
        self.next = match self.options.start {
            None => {
                self.anchor = now;
                self.after(now, line)
            }
            Some(wait) => now.checked_add_signed(delta(wait)).and_then(|first| {
                self.anchor = first;
                self.within_limit(first)
                    .then(|| self.pending(first, line))?
            }),
        };
    }

    /// Returns true if no fire will come, not even after a run that is under way.
    pub(crate) fn is_ended(&self) -> bool {
        self.ended || (self.started && self.next.is_none() && !self.awaits_end)
    }

    /// Ends the job for good.
    pub(crate) fn end(&mut self) {
        self.ended = true;
        self.park();
    }

    /// Has the job fire no more until it is started again.
    pub(crate) fn park(&mut self) {
        self.started = false;
        self.next = None;
        self.awaits_end = false;
    }

    /// Takes the pending fire, which is due, and plans the next one.
    ///
    /// When several have passed, the latest that is due is the one that is
    /// given and the earlier ones count as missed: they are computed, never
    /// walked through. `None` if nothing is pending.
    pub(crate) fn fire(&mut self, now: Instants, line: &Timeline) -> Option<Fired> {
        let fire = self.next.take()?.fire;
        // The wall clock was set forward over the limit since the fire was planned.
        if self
            .wall_limit
            .is_some_and(|limit| line.fire_time(fire) > limit)
        {
            self.end();
            return None;
        }
        if self.schedule.is_delay() {
            self.awaits_end = true;
            return Some(Fired { fire, missed: 0 });
        }
        let now = self.on_line(now);
        let Some(second) = self.after(fire, line) else {
            return Some(Fired { fire, missed: 0 });
        };
        if second.due > now {
            self.next = Some(second);
            return Some(Fired { fire, missed: 0 });
        }
        let latest = self.latest_due(second.fire, now, line);
        self.next = self.after(latest, line);
        let missed = self
            .schedule
            .count_between(self.seed, self.anchor, second.fire, latest);
        Some(Fired {
            fire: latest,
            missed,
        })
    }

    /// Returns the latest fire whose start is due, given that `known` is one.
    fn latest_due(
        &self,
        known: DateTime<Utc>,
        now: DateTime<Utc>,
        line: &Timeline,
    ) -> DateTime<Utc> {
        let latest = |upto| self.schedule.latest_until(self.seed, self.anchor, upto);
        let Some(fire) = latest(now) else {
            return known;
        };
        let due = self
            .pending(fire, line)
            .is_some_and(|pending| pending.due <= now);
        if due || fire <= known {
            return fire.max(known);
        }
        // Jitter is shorter than the gap between fires, so that only the last
        // one can have passed without being due.
        latest(fire - TimeDelta::nanoseconds(1)).map_or(known, |earlier| earlier.max(known))
    }

    /// Counts a run that is about to start; the last of `max_runs` ends the job.
    pub(crate) fn count_run(&mut self) {
        self.runs = self.runs.saturating_add(1);
        if self
            .options
            .max_runs
            .is_some_and(|max| self.runs >= max.get())
        {
            self.end();
        }
    }

    /// Tells the job that the run it gave has ended, or was not started after all.
    pub(crate) fn run_ended(&mut self, now: Instants, line: &Timeline) {
        if std::mem::take(&mut self.awaits_end) {
            self.anchor = self.on_line(now);
            self.next = self.after(self.anchor, line);
        }
    }

    /// Plans anew after the wall clock was set back: what it has lived through
    /// is not repeated, and what it has not is not waited for.
    pub(crate) fn replan(&mut self, now: Instants, line: &Timeline) {
        if self.schedule.basis() == Basis::Elapsed || self.next.is_none() {
            return;
        }
        if self.anchor > now.wall {
            // The start was read off a clock that was wrong.
            self.anchor = now.wall;
            self.limit = self.schedule.until_from(now.wall);
        }
        self.next = self.after(now.wall, line);
    }

    /// Returns what names a fire of this job in the world.
    pub(crate) fn fire_time(&self, fire: DateTime<Utc>, line: &Timeline) -> DateTime<Utc> {
        match self.schedule.basis() {
            Basis::Elapsed => line.fire_time(fire),
            Basis::Wall => fire,
        }
    }

    /// Returns how long it is until the next fire is due.
    pub(crate) fn wait(&self, now: Instants) -> Option<Duration> {
        Some(
            (self.next?.due - self.on_line(now))
                .to_std()
                .unwrap_or_default(),
        )
    }

    /// Returns what the wall clock will show when the next fire comes.
    pub(crate) fn next_run(&self, line: &Timeline) -> Option<DateTime<Utc>> {
        let pending = self.next?;
        Some(match self.schedule.basis() {
            Basis::Elapsed => line.wall_at(pending.due),
            Basis::Wall => pending.due,
        })
    }

    /// Returns the fires after the pending one, as [`Schedule::next_after`] gives them.
    pub(crate) fn fire_after(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let next = self
            .schedule
            .next_after_seeded(self.seed, self.anchor, after)?;
        self.within_limit(next).then_some(next)
    }

    fn within_limit(&self, fire: DateTime<Utc>) -> bool {
        self.limit.is_none_or(|limit| fire <= limit)
    }

    /// Returns how many fires there are from the pending one to `upto`.
    pub(crate) fn count_fires(&self, pending: DateTime<Utc>, upto: DateTime<Utc>) -> u64 {
        // The pending one may be that of `start`, which the schedule doesn't know.
        let second = self.fire_after(pending).filter(|second| *second <= upto);
        let last = self.schedule.latest_until(self.seed, self.anchor, upto);
        1 + second.zip(last).map_or(0, |(second, last)| {
            self.schedule
                .count_between(self.seed, self.anchor, second, last)
        })
    }

    fn after(&self, after: DateTime<Utc>, line: &Timeline) -> Option<Pending> {
        let mut next = self.fire_after(after)?;
        if self.schedule.basis() == Basis::Wall {
            while let Some(lived) = line.lived_until(self.generation, next) {
                next = self.fire_after(lived)?;
            }
        }
        self.pending(next, line)
    }

    fn pending(&self, fire: DateTime<Utc>, line: &Timeline) -> Option<Pending> {
        let jitter = jitter(
            self.task_seed,
            self.fire_time(fire, line),
            self.options.jitter,
        );
        Some(Pending {
            fire,
            due: fire.checked_add_signed(jitter)?,
        })
    }

    fn on_line(&self, now: Instants) -> DateTime<Utc> {
        match self.schedule.basis() {
            Basis::Elapsed => now.uptime,
            Basis::Wall => now.wall,
        }
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

/// Hashes text the same way on every machine and in every version: FNV-1a, 64 bits.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
