//! The state of one job, and the pure decisions about when it fires.

use std::{
    num::{NonZeroU32, NonZeroU64},
    sync::{Arc, LazyLock},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use task_schedule::{Basis, mix};

use crate::{
    policy::Missed,
    slab::Key,
    timeline::{Instants, Timeline, delta},
    timing::Timing,
};

/// Names a job within one scheduler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct JobId(pub(crate) Key);

/// What the attribute says beside the schedule itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JobOptions {
    /// The first fire comes so long after the start; zero is at once.
    pub(crate) start: Option<Duration>,
    /// Each start is moved by less than this.
    pub(crate) jitter: Duration,
    pub(crate) max_runs: Option<NonZeroU64>,
    pub(crate) missed: Missed,
    /// A fire that is later than this is missed, under `Missed::Skip`.
    pub(crate) grace: Duration,
}

impl Default for JobOptions {
    fn default() -> JobOptions {
        JobOptions {
            start: None,
            jitter: Duration::ZERO,
            max_runs: None,
            missed: Missed::default(),
            // As late as a healthy loop may notice a fire.
            grace: Duration::from_secs(1),
        }
    }
}

/// Those of tasks that say nothing.
static DEFAULT: LazyLock<Arc<JobOptions>> = LazyLock::new(Arc::default);

impl JobOptions {
    /// Those of tasks that say nothing are the same ones.
    pub(crate) fn shared(options: JobOptions) -> Arc<JobOptions> {
        if options == **DEFAULT {
            DEFAULT.clone()
        } else {
            Arc::new(options)
        }
    }

    pub(crate) fn is_default(self: &Arc<Self>) -> bool {
        Arc::ptr_eq(self, &DEFAULT) || *self == *DEFAULT
    }
}

/// A fire that is to come, on the job's line of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    /// What the schedule says: the identity of the fire.
    pub(crate) fire: DateTime<Utc>,
    /// When it is to be started: the fire plus its jitter.
    pub(crate) due: DateTime<Utc>,
    /// It is that of `start`, which the schedule itself doesn't know.
    pub(crate) is_start: bool,
}

/// What a job gives in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fired {
    /// The fire to be run; `None` if all that have passed are left out.
    pub(crate) fire: Option<DateTime<Utc>>,
    /// How many fires are left out, since they passed while nothing could start them.
    pub(crate) missed: u64,
}

/// Where a job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Not started, or parked: it never fires.
    Idle,
    /// Its next fire is pending, unless the schedule has none any more.
    Waiting,
    /// A delay, which counts from the end of the run that is under way.
    AwaitsEnd,
    /// A fire that has passed too waits for the end of the run that is under way.
    CatchesUp(Pending),
    /// Out of runs, or the one fire of a date has been.
    Spent,
    Cancelled,
}

/// No fire is later than this.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limit {
    /// An instant of the job's own line.
    OnLine(DateTime<Utc>),
    /// A reading of the wall clock, for a job on the uptime line: it comes
    /// earlier or later when the wall clock is stepped.
    OnWall(DateTime<Utc>),
}

/// One schedule of a task with its own state.
///
/// Elapsed schedules compute on the uptime line, all others on the wall
/// clock's; `Instants` carries both, and the basis chooses.
#[derive(Clone, Debug)]
pub(crate) struct JobState {
    pub(crate) timing: Timing,
    pub(crate) options: Arc<JobOptions>,
    /// From the task's name: what random draws and jitter are computed from.
    pub(crate) task_seed: u64,
    /// Among the jobs of the task.
    pub(crate) place: u32,
    /// See [`Timeline::generation`]. `None` until the first start.
    pub(crate) generation: Option<NonZeroU32>,
    pub(crate) phase: Phase,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) anchor: DateTime<Utc>,
    pub(crate) limit: Option<Limit>,
    pub(crate) next: Option<Pending>,
    /// Where the job was when the last of `max_runs` ended it.
    pub(crate) before_spent: Option<Box<(Phase, Option<Pending>)>>,
    pub(crate) runs: u64,
    pub(crate) last_run: Option<DateTime<Utc>>,
}

impl JobState {
    /// Makes a job that has not been started and so never fires.
    pub(crate) fn new(
        timing: Timing,
        options: Arc<JobOptions>,
        task_seed: u64,
        place: u32,
    ) -> JobState {
        JobState {
            timing,
            options,
            task_seed,
            place,
            generation: None,
            phase: Phase::Idle,
            started_at: DateTime::UNIX_EPOCH,
            anchor: DateTime::UNIX_EPOCH,
            limit: None,
            next: None,
            before_spent: None,
            runs: 0,
            last_run: None,
        }
    }

    /// Returns what random gaps and days of the job are drawn from.
    pub(crate) fn seed(&self) -> u64 {
        mix(self.task_seed ^ mix(u64::from(self.place)))
    }

    /// Starts the job, or starts it anew: what counts from somewhere counts from `now`.
    ///
    /// A job that is spent or was cancelled stays so.
    pub(crate) fn start(&mut self, now: Instants, line: &Timeline) {
        self.generation.get_or_insert(line.generation());
        if matches!(self.phase, Phase::Spent | Phase::Cancelled) {
            return;
        }
        self.phase = Phase::Waiting;
        self.set_start(now);
        let now = self.on_line(now);
        self.next = match self.options.start {
            None => {
                self.anchor = now;
                self.after(now, line)
            }
            Some(wait) => now.checked_add_signed(delta(wait)).and_then(|first| {
                self.anchor = first;
                if self.timing.endless().is_open(first) {
                    self.pending(first, true, line)
                } else {
                    // Outside of its window there is no fire, not this one either.
                    self.after(first, line)
                }
            }),
        };
    }

    fn set_start(&mut self, now: Instants) {
        self.started_at = self.on_line(now);
        let schedule = self.timing.schedule();
        let is_span = schedule.limit().is_some_and(|until| until.is_span());
        let limit = match schedule.basis() {
            Basis::Elapsed if !is_span => schedule.until_from(now.wall).map(Limit::OnWall),
            Basis::Elapsed | Basis::Wall => schedule.until_from(self.started_at).map(Limit::OnLine),
        };
        self.limit = limit;
    }

    /// Returns true if no fire will come, not even after a run that is under way.
    pub(crate) fn is_ended(&self) -> bool {
        match self.phase {
            Phase::Idle | Phase::AwaitsEnd | Phase::CatchesUp(_) => false,
            Phase::Waiting => self.next.is_none(),
            Phase::Spent | Phase::Cancelled => true,
        }
    }

    /// Ends the job for good.
    pub(crate) fn cancel(&mut self) {
        self.phase = Phase::Cancelled;
        self.next = None;
    }

    /// Has the job fire no more until it is started again.
    pub(crate) fn park(&mut self) {
        if !matches!(self.phase, Phase::Spent | Phase::Cancelled) {
            self.phase = Phase::Idle;
        }
        self.next = None;
    }

    /// Counts a run that is about to start; the last of `max_runs` ends the job.
    pub(crate) fn count_run(&mut self) {
        self.runs = self.runs.saturating_add(1);
        if self
            .options
            .max_runs
            .is_some_and(|max| self.runs >= max.get())
        {
            self.before_spent = Some(Box::new((self.phase, self.next)));
            self.phase = Phase::Spent;
            self.next = None;
        }
    }

    /// Takes a run back that was counted and then not started. If it was the last
    /// one, the job goes on where it was.
    pub(crate) fn uncount_run(&mut self, now: Instants, line: &Timeline) {
        self.runs = self.runs.saturating_sub(1);
        let before = self.before_spent.take();
        let (Phase::Spent, Some(before)) = (self.phase, before) else {
            return;
        };
        let (phase, next) = *before;
        self.phase = phase;
        let now = self.on_line(now);
        self.next = match phase {
            // What has passed meanwhile is late; what is to come is planned anew,
            // since the wall clock may have been stepped.
            Phase::Waiting => match next {
                Some(next) if next.due <= now => Some(next),
                _ => self.after(now, line),
            },
            _ => None,
        };
    }

    /// Returns true if the job waits for the end of the run that it gave.
    pub(crate) fn awaits_end(&self) -> bool {
        matches!(self.phase, Phase::AwaitsEnd | Phase::CatchesUp(_))
    }

    /// Tells the job that the run it gave has ended, or was not started after all.
    pub(crate) fn run_ended(&mut self, now: Instants, line: &Timeline) {
        match self.phase {
            Phase::AwaitsEnd => {
                self.phase = Phase::Waiting;
                self.anchor = self.on_line(now);
                self.next = self.after(self.anchor, line);
            }
            Phase::CatchesUp(next) => {
                self.phase = Phase::Waiting;
                let now = self.on_line(now);
                self.next = if next.due <= now {
                    Some(next)
                } else {
                    // The wall clock was set back meanwhile.
                    self.after(now, line)
                };
            }
            Phase::Idle | Phase::Waiting | Phase::Spent | Phase::Cancelled => {}
        }
    }

    /// Plans anew after the wall clock was set back by `step`: what was lived
    /// through is not repeated, and what was not is not waited for.
    pub(crate) fn replan(&mut self, step: TimeDelta, now: Instants, line: &Timeline) {
        if self.phase != Phase::Waiting {
            return;
        }
        if self.timing.basis() == Basis::Elapsed {
            // Its limit may lie ahead again.
            if self.next.is_none() {
                self.next = self.after(now.uptime, line);
            }
            return;
        }
        let before = now.wall.checked_sub_signed(step).unwrap_or(now.wall);
        let moved = |at: DateTime<Utc>| at.checked_add_signed(step).unwrap_or(at);
        match self.next {
            // A delay with a window: its last run ended as long ago as before.
            _ if self.timing.is_delay() => {
                self.anchor = moved(self.anchor);
                self.set_start(Instants {
                    wall: moved(self.started_at),
                    ..now
                });
                self.next = self.after(self.anchor, line);
            }
            // The first fire comes so long after the start, whatever the clock shows.
            Some(next) if next.is_start => {
                self.anchor = moved(self.anchor);
                self.set_start(Instants {
                    wall: moved(self.started_at),
                    ..now
                });
                self.next = self.pending(moved(next.fire), true, line);
            }
            // It has passed, and still waits to be started: so it does.
            Some(next) if next.fire <= before => {
                let wait = (next.due - before).max(TimeDelta::zero());
                let due = now.wall.checked_add_signed(wait).unwrap_or(now.wall);
                self.next = Some(Pending { due, ..next });
            }
            Some(_) | None => {
                if self.started_at > now.wall {
                    // The start was read off a clock that was wrong.
                    self.anchor = now.wall;
                    self.set_start(now);
                }
                self.next = self.after(now.wall, line);
            }
        }
    }

    /// Returns what names a fire of this job in the world.
    pub(crate) fn fire_time(&self, fire: DateTime<Utc>, line: &Timeline) -> DateTime<Utc> {
        match self.timing.basis() {
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

    /// Returns for how long the next fire has been due.
    pub(crate) fn late(&self, now: Instants) -> Option<Duration> {
        (self.on_line(now) - self.next?.due).to_std().ok()
    }

    /// Returns what the wall clock will show when the next fire comes.
    pub(crate) fn next_run(&self, line: &Timeline) -> Option<DateTime<Utc>> {
        let pending = match self.phase {
            Phase::CatchesUp(next) => next,
            _ => self.next?,
        };
        Some(match self.timing.basis() {
            Basis::Elapsed => line.wall_at(pending.due),
            Basis::Wall => pending.due,
        })
    }

    pub(crate) fn on_line(&self, now: Instants) -> DateTime<Utc> {
        match self.timing.basis() {
            Basis::Elapsed => now.uptime,
            Basis::Wall => now.wall,
        }
    }
}

/// Hashes text the same way on every machine and in every version: FNV-1a, 64 bits.
pub(crate) fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
