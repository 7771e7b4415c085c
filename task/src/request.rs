//! A run on its way: from the decision to start it to its end.

use std::{
    hash::{BuildHasherDefault, Hasher},
    ops::Range,
    sync::{
        Arc,
        // Not of the model's: that only the numbers differ matters.
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};

use crate::{
    clock::Now,
    control::Control,
    guard::{Claim, TaskCell},
    job::JobId,
    reply::Reply,
    run::{Outcome, Run},
    telemetry::Telemetry,
};

/// Names a run within the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RunId(u64);

/// Spreads numbers that may follow one another, as those of runs do, over a table: by
/// Fibonacci hashing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NumberHash(u64);

pub(crate) type NumberHasher = BuildHasherDefault<NumberHash>;

impl Hasher for NumberHash {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// How many numbers were given away.
static GIVEN: AtomicU64 = AtomicU64::new(0);

/// How many are given away at once to who needs many.
const BLOCK: u64 = 1 << 10;

impl RunId {
    pub(crate) fn new() -> RunId {
        // Relaxed: only that the numbers differ matters.
        RunId(GIVEN.fetch_add(1, Ordering::Relaxed))
    }

    /// Returns numbers that nobody else gets.
    pub(crate) fn block() -> Range<u64> {
        let first = GIVEN.fetch_add(BLOCK, Ordering::Relaxed);
        first..first + BLOCK
    }

    /// That of a number of a block.
    pub(crate) fn of(number: u64) -> RunId {
        RunId(number)
    }
}

/// A run that was decided on and has not ended.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) id: RunId,
    pub(crate) cell: Arc<TaskCell>,
    /// The right to run; `None` while it waits for the end of another run.
    pub(crate) claim: Option<Claim>,
    /// The job that gave it, and the place of that; `None` for a run that was
    /// asked for by hand.
    pub(crate) job: Option<(JobId, usize)>,
    pub(crate) fire_time: DateTime<Utc>,
    /// Whoever waits for the run.
    pub(crate) reply: Option<Reply<Run>>,
    /// A worker thread has taken it.
    pub(crate) on_worker: bool,
    /// That thread counts as busy with it.
    pub(crate) keeps_worker: bool,
    /// It has its groups.
    pub(crate) holds_groups: bool,
    /// The flag of the attempt that is under way, or is the next one.
    pub(crate) control: Arc<Control>,
    /// How many attempts have begun.
    pub(crate) attempt: u32,
    /// When the first one did.
    pub(crate) began: Option<Now>,
    /// What came of the last attempt, if another one is to follow.
    pub(crate) failure: Option<Box<Ended>>,
    /// What is shown of it.
    pub(crate) telemetry: Telemetry,
}

/// How an attempt ended, and when.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    pub(crate) outcome: Outcome,
    pub(crate) at: Duration,
}

impl Request {
    pub(crate) fn new(
        cell: &Arc<TaskCell>,
        job: Option<(JobId, usize)>,
        fire_time: DateTime<Utc>,
        reply: Option<Reply<Run>>,
        control: Arc<Control>,
    ) -> Request {
        Request {
            id: RunId::new(),
            cell: cell.clone(),
            claim: None,
            job,
            fire_time,
            reply,
            on_worker: false,
            keeps_worker: false,
            holds_groups: false,
            control,
            attempt: 0,
            began: None,
            failure: None,
            telemetry: Telemetry::default(),
        }
    }

    /// Returns true if the task's condition is asked before the attempt that is to
    /// begin, or has begun: for a fire, and once.
    pub(crate) fn asks(&self) -> bool {
        self.job.is_some() && self.attempt <= 1 && self.cell.definition.policies.when.is_some()
    }

    /// Returns the run as it looks with this as its end.
    pub(crate) fn run(&self, now: Now, ended: Ended) -> Run {
        let began = self.began.unwrap_or(now);
        Run {
            task: self.cell.definition.name.clone(),
            job: self.job.map(|(_, place)| place),
            fire_time: self.fire_time,
            started_at: began.wall(),
            duration: ended.at.saturating_sub(began.elapsed),
            attempt: self.attempt.max(1),
            outcome: ended.outcome,
        }
    }
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) run: Run,
    /// The body asked for its job to be cancelled.
    pub(crate) cancel: bool,
    pub(crate) callback_panics: Vec<String>,
}
