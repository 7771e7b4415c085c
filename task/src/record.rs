//! What the scheduler keeps of a task: its jobs, its counters and its last runs.

use std::{num::NonZeroUsize, ops::Deref, sync::Arc};

use crate::{
    definition::is_in,
    guard::TaskCell,
    history::{History, Past},
    job::JobId,
    name::Name,
    request::{Request, RunId},
    run::{Outcome, Run},
    skip::{SkipReason, Skipped},
};

/// How often what happened to a task, since it was added.
///
/// A fire is counted once: as a run, as skipped, or as missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Counters {
    /// Runs that ended, however they ended.
    pub ran: u64,
    /// Runs that returned an error or could not be started.
    pub failed: u64,
    /// Runs that panicked; they are not among the failed.
    pub panicked: u64,
    /// Runs that took longer than their timeout; they are not among the failed.
    pub timed_out: u64,
    /// Runs that were dropped before their end; they are not among the failed.
    pub cancelled: u64,
    /// Attempts after the first one.
    pub retried: u64,
    /// Fires that started nothing, by reason.
    pub skipped: Skipped,
    /// Fires that passed while nothing could start them, and that a later fire stood in for.
    pub missed: u64,
    /// Callbacks that panicked.
    pub callbacks_panicked: u64,
}

/// A task within a scheduler's state. Small, since there may be a million.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) cell: Arc<TaskCell>,
    pub(crate) jobs: Jobs,
    ran: u64,
    /// The last runs that ended.
    history: Option<Box<History>>,
    /// What most tasks never have.
    seldom: Option<Box<Seldom>>,
    /// Not started, since only the tasks of another module were.
    pub(crate) parked: bool,
}

/// What is kept of tasks to which more happened than runs that succeed.
#[derive(Debug, Default)]
pub(crate) struct Seldom {
    /// Apart from `ran`.
    counters: Counters,
    failures_in_a_row: u64,
    /// Those since the task was last enabled, for `disable_after`.
    failures_since_enabled: u64,
    /// The runs that were claimed and have not ended, but for those that are nothing
    /// but a call.
    pub(crate) active: Vec<RunId>,
    /// A fire that waits for the end of the task's run. It has no claim.
    pub(crate) queued: Option<Box<Request>>,
    callback_panic: Option<String>,
}

/// The jobs of a task, in the order of their schedules: most have one.
#[derive(Clone, Debug)]
pub(crate) enum Jobs {
    One(JobId),
    Several(Box<[JobId]>),
}

impl Jobs {
    /// Adds the job of the next schedule.
    pub(crate) fn push(&mut self, job: JobId) {
        *self = if self.is_empty() {
            Jobs::One(job)
        } else {
            Jobs::Several(self.iter().copied().chain([job]).collect())
        };
    }
}

impl Default for Jobs {
    fn default() -> Jobs {
        Jobs::Several(Box::default())
    }
}

impl Deref for Jobs {
    type Target = [JobId];

    fn deref(&self) -> &[JobId] {
        match self {
            Jobs::One(job) => std::slice::from_ref(job),
            Jobs::Several(jobs) => jobs,
        }
    }
}

impl Record {
    pub(crate) fn new(cell: Arc<TaskCell>, parked: bool) -> Record {
        Record {
            cell,
            jobs: Jobs::default(),
            ran: 0,
            history: None,
            seldom: None,
            parked,
        }
    }

    /// Returns the last runs that ended, the oldest first.
    pub(crate) fn runs(&self) -> impl DoubleEndedIterator<Item = Run> {
        let history = self.history.iter().flat_map(|history| history.iter());
        history.map(|past| past.run(self.name()))
    }

    pub(crate) fn last(&self) -> Option<Run> {
        self.runs().next_back()
    }

    pub(crate) fn counters(&self) -> Counters {
        let counters = self.seldom.as_ref().map(|seldom| seldom.counters);
        Counters {
            ran: self.ran,
            ..counters.unwrap_or_default()
        }
    }

    pub(crate) fn failures_in_a_row(&self) -> u64 {
        self.seldom
            .as_ref()
            .map_or(0, |seldom| seldom.failures_in_a_row)
    }

    pub(crate) fn failures_since_enabled(&self) -> u64 {
        self.seldom
            .as_ref()
            .map_or(0, |seldom| seldom.failures_since_enabled)
    }

    /// Notes that the task was enabled.
    pub(crate) fn forgive(&mut self) {
        if let Some(seldom) = &mut self.seldom {
            seldom.failures_since_enabled = 0;
        }
    }

    pub(crate) fn callback_panic(&self) -> Option<String> {
        self.seldom.as_ref()?.callback_panic.clone()
    }

    /// Returns the runs that were claimed and have not ended, but for those that are
    /// nothing but a call.
    pub(crate) fn active(&self) -> &[RunId] {
        self.seldom.as_ref().map_or(&[], |seldom| &seldom.active)
    }

    pub(crate) fn end_active(&mut self, run: RunId) {
        if let Some(seldom) = &mut self.seldom {
            seldom.active.retain(|id| *id != run);
        }
    }

    pub(crate) fn has_queued(&self) -> bool {
        self.seldom
            .as_ref()
            .is_some_and(|seldom| seldom.queued.is_some())
    }

    pub(crate) fn take_queued(&mut self) -> Option<Box<Request>> {
        self.seldom.as_mut()?.queued.take()
    }

    pub(crate) fn seldom(&mut self) -> &mut Seldom {
        self.seldom.get_or_insert_default()
    }

    /// Takes in a run that has ended. Returns true if it was one failure too many.
    pub(crate) fn count(&mut self, run: Run, keep: NonZeroUsize) -> bool {
        match run.outcome() {
            Outcome::Succeeded => {}
            Outcome::Failed(_) => self.seldom().counters.failed += 1,
            Outcome::Panicked(_) => self.seldom().counters.panicked += 1,
            Outcome::TimedOut(_) => self.seldom().counters.timed_out += 1,
            Outcome::Cancelled(_) => self.seldom().counters.cancelled += 1,
        }
        if run.outcome().is_failure() {
            let seldom = self.seldom();
            seldom.failures_in_a_row += 1;
            seldom.failures_since_enabled += 1;
        } else if run.is_success() {
            self.count_success();
        }
        let disable_after = self.cell.definition.policies.disable_after;
        self.keep(Past::from(run), keep);
        disable_after.is_some_and(|limit| self.failures_since_enabled() >= limit.get())
    }

    /// Takes in a run that has succeeded, of a task that is not to be disabled.
    pub(crate) fn count_plain(&mut self, past: Past, keep: NonZeroUsize) {
        self.count_success();
        self.keep(past, keep);
    }

    fn count_success(&mut self) {
        if let Some(seldom) = &mut self.seldom {
            seldom.failures_in_a_row = 0;
            seldom.failures_since_enabled = 0;
        }
    }

    fn keep(&mut self, past: Past, keep: NonZeroUsize) {
        self.ran += 1;
        let keep = self.cell.definition.policies.history.unwrap_or(keep);
        self.history.get_or_insert_default().push(past, keep);
    }

    pub(crate) fn note_retry(&mut self) {
        self.seldom().counters.retried += 1;
    }

    pub(crate) fn note_callback_panics(&mut self, panics: &[String]) {
        if let Some(message) = panics.last() {
            let seldom = self.seldom();
            seldom.counters.callbacks_panicked += panics.len() as u64;
            seldom.callback_panic = Some(message.clone());
        }
    }

    /// Counts fires that started nothing.
    pub(crate) fn count_skipped(&mut self, reason: SkipReason, fires: u64) {
        let counters = &mut self.seldom().counters;
        let skipped = &mut counters.skipped;
        let counter = match reason {
            SkipReason::Missed => &mut counters.missed,
            SkipReason::Overlap => &mut skipped.overlap,
            SkipReason::Disabled => &mut skipped.disabled,
            SkipReason::Condition => &mut skipped.condition,
            SkipReason::Stopped => &mut skipped.stopped,
        };
        *counter = counter.saturating_add(fires);
    }

    pub(crate) fn name(&self) -> &Name {
        &self.cell.definition.name
    }

    /// Returns true if the task was written in `module` or below it. The empty
    /// path is the whole program.
    pub(crate) fn is_in(&self, module: &str) -> bool {
        is_in(self.cell.definition.written.module, module)
    }
}
