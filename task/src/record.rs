//! What the scheduler keeps of a task: its definition, its counters and its last runs.

use std::{any::TypeId, collections::VecDeque, fmt, num::NonZeroUsize, sync::Arc};

use crate::{
    body::Call,
    defaults::Defaults,
    error::Place,
    event::Event,
    guard::TaskCell,
    job::{JobId, JobOptions, fnv},
    overridden::Overridden,
    policies::Policies,
    request::{Request, RunId},
    run::{Outcome, Run},
    skip::{SkipReason, Skipped},
};

pub(crate) type Hook = Arc<dyn Fn(&Run) + Send + Sync>;
pub(crate) type Observer = Arc<dyn Fn(&Event) + Send + Sync>;

/// Where a task came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Origin {
    /// The attribute `#[task(...)]`.
    Attribute,
    /// [`Task::new`](crate::Task::new), at run time.
    Code,
}

/// A task as it was written down, checked, before any manager has it.
pub(crate) struct Definition {
    pub(crate) name: Arc<str>,
    pub(crate) module: &'static str,
    pub(crate) place: Place,
    pub(crate) description: String,
    pub(crate) identity: TypeId,
    pub(crate) tags: Vec<String>,
    pub(crate) threaded: bool,
    pub(crate) disabled: bool,
    pub(crate) origin: Origin,
    /// For schedules that come later.
    pub(crate) defaults: Defaults,
    pub(crate) options: Arc<JobOptions>,
    pub(crate) policies: Policies,
    pub(crate) body: Call,
    pub(crate) on_success: Option<Hook>,
    pub(crate) on_failed: Option<Hook>,
    pub(crate) on_complete: Option<Hook>,
    /// What a configuration has set on it.
    pub(crate) overridden: Vec<Overridden>,
}

impl Definition {
    /// Returns true if the body, or the condition, may ask for a context.
    pub(crate) fn takes_context(&self) -> bool {
        !matches!(self.body, Call::Plain(_)) || self.policies.when.is_some()
    }

    /// Returns what random draws of the task start from.
    pub(crate) fn seed(&self) -> u64 {
        fnv(self.name.as_bytes())
    }
}

impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Definition")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

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

/// A task within a scheduler's state.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) cell: Arc<TaskCell>,
    pub(crate) jobs: Vec<JobId>,
    pub(crate) counters: Counters,
    pub(crate) failures_in_a_row: u64,
    /// Those since the task was last enabled, for `disable_after`.
    pub(crate) failures_since_enabled: u64,
    /// The last runs that ended, the newest last.
    pub(crate) history: VecDeque<Run>,
    /// The runs that were claimed and have not ended.
    pub(crate) active: Vec<RunId>,
    /// A fire that waits for the end of the task's run. It has no claim.
    pub(crate) queued: Option<Box<Request>>,
    pub(crate) callback_panic: Option<String>,
    /// Not started, since only the tasks of another module were.
    pub(crate) parked: bool,
}

impl Record {
    pub(crate) fn new(cell: Arc<TaskCell>) -> Record {
        Record {
            cell,
            jobs: Vec::new(),
            counters: Counters::default(),
            failures_in_a_row: 0,
            failures_since_enabled: 0,
            history: VecDeque::new(),
            active: Vec::new(),
            queued: None,
            callback_panic: None,
            parked: false,
        }
    }

    pub(crate) fn last(&self) -> Option<&Run> {
        self.history.back()
    }

    /// Takes in a run that has ended. Returns true if it was one failure too many.
    pub(crate) fn count(&mut self, run: Run, keep: NonZeroUsize) -> bool {
        self.counters.ran += 1;
        let counter = match run.outcome() {
            Outcome::Succeeded => None,
            Outcome::Failed(_) => Some(&mut self.counters.failed),
            Outcome::Panicked(_) => Some(&mut self.counters.panicked),
            Outcome::TimedOut(_) => Some(&mut self.counters.timed_out),
            Outcome::Cancelled(_) => Some(&mut self.counters.cancelled),
        };
        if let Some(counter) = counter {
            *counter += 1;
        }
        if run.outcome().is_failure() {
            self.failures_in_a_row += 1;
            self.failures_since_enabled += 1;
        } else if run.is_success() {
            self.failures_in_a_row = 0;
            self.failures_since_enabled = 0;
        }
        let policies = &self.cell.definition.policies;
        let keep = policies.history.unwrap_or(keep).get();
        while self.history.len() >= keep {
            self.history.pop_front();
        }
        self.history.push_back(run);
        policies
            .disable_after
            .is_some_and(|limit| self.failures_since_enabled >= limit.get())
    }

    pub(crate) fn note_callback_panics(&mut self, panics: &[String]) {
        self.counters.callbacks_panicked += panics.len() as u64;
        if let Some(message) = panics.last() {
            self.callback_panic = Some(message.clone());
        }
    }

    /// Counts fires that started nothing.
    pub(crate) fn count_skipped(&mut self, reason: SkipReason, fires: u64) {
        let skipped = &mut self.counters.skipped;
        let counter = match reason {
            SkipReason::Missed => &mut self.counters.missed,
            SkipReason::Overlap => &mut skipped.overlap,
            SkipReason::Disabled => &mut skipped.disabled,
            SkipReason::Condition => &mut skipped.condition,
            SkipReason::Stopped => &mut skipped.stopped,
        };
        *counter = counter.saturating_add(fires);
    }

    pub(crate) fn name(&self) -> &Arc<str> {
        &self.cell.definition.name
    }

    /// Returns true if the task was written in `module` or below it. The empty
    /// path is the whole program.
    pub(crate) fn is_in(&self, module: &str) -> bool {
        is_in(self.cell.definition.module, module)
    }
}

pub(crate) fn is_in(path: &str, module: &str) -> bool {
    module.is_empty()
        || path
            .strip_prefix(module)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::is_in;

    #[test]
    fn a_module_holds_itself_and_what_is_below_it() {
        assert!(is_in("app::jobs", ""));
        assert!(is_in("app::jobs", "app"));
        assert!(is_in("app::jobs", "app::jobs"));
        assert!(is_in("app::jobs::night", "app::jobs"));
        assert!(!is_in("app::jobs_of_mine", "app::jobs"));
        assert!(!is_in("app", "app::jobs"));
    }
}
