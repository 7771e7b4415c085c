//! What the scheduler keeps of a task: its definition, its two atomics and its counters.

use std::{
    any::TypeId,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use task_schedule::Schedule;

use crate::{
    defaults::Defaults,
    error::Place,
    event::Event,
    job::{JobId, JobOptions},
    run::{Ending, Run},
};

pub(crate) type Body = Arc<dyn Fn() -> Ending + Send + Sync>;
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
    pub(crate) schedules: Vec<Arc<Schedule>>,
    /// For schedules that come later.
    pub(crate) defaults: Defaults,
    pub(crate) options: JobOptions,
    pub(crate) body: Body,
    pub(crate) on_success: Option<Hook>,
    pub(crate) on_failed: Option<Hook>,
    pub(crate) on_complete: Option<Hook>,
}

impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Definition")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A task of one manager, shared between its handles, the scheduler and its runs.
#[derive(Debug)]
pub(crate) struct TaskCell {
    pub(crate) definition: Definition,
    /// Read at each fire. Relaxed: it guards no other data.
    enabled: AtomicBool,
    /// The guard against concurrent runs.
    running: AtomicBool,
}

impl TaskCell {
    pub(crate) fn new(definition: Definition) -> TaskCell {
        TaskCell {
            enabled: AtomicBool::new(!definition.disabled),
            running: AtomicBool::new(false),
            definition,
        }
    }

    pub(crate) fn is_enabled(&self) -> bool {
        self.enabled.load(Ordering::Relaxed)
    }

    pub(crate) fn set_enabled(&self, enabled: bool) {
        self.enabled.store(enabled, Ordering::Relaxed);
    }

    pub(crate) fn is_running(&self) -> bool {
        // Pairs with the release in `Claim::release`: who sees a run ended
        // also sees what it wrote.
        self.running.load(Ordering::Acquire)
    }

    /// Claims the right to run, or returns `None` while somebody has it.
    pub(crate) fn claim(self: &Arc<Self>) -> Option<Claim> {
        // Acquire pairs with the release of the run before: its writes are
        // seen by this one. Nothing is published by claiming.
        self.running
            .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
            .ok()
            .map(|_| Claim {
                cell: Arc::clone(self),
                released: false,
            })
    }
}

/// The right to run a task, given back at the latest when it is dropped.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) cell: Arc<TaskCell>,
    released: bool,
}

impl Claim {
    /// Gives the right back. The task itself is kept, so that nothing of the
    /// user's is dropped here, where a lock may be held.
    pub(crate) fn release(&mut self) {
        if !std::mem::replace(&mut self.released, true) {
            self.cell.running.store(false, Ordering::Release);
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.release();
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
    /// Fires that started nothing, by reason.
    pub skipped: Skipped,
    /// Fires that passed while nothing could start them, and that a later fire stood in for.
    pub missed: u64,
    /// Callbacks that panicked.
    pub callbacks_panicked: u64,
}

/// Fires that started nothing, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Skipped {
    /// The task was running.
    pub overlap: u64,
    /// The task was disabled.
    pub disabled: u64,
    /// The manager was stopped before a worker thread was free.
    pub stopped: u64,
}

/// A task within a scheduler's state.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) cell: Arc<TaskCell>,
    pub(crate) jobs: Vec<JobId>,
    pub(crate) counters: Counters,
    pub(crate) failures_in_a_row: u64,
    pub(crate) last: Option<Run>,
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
            last: None,
            callback_panic: None,
            parked: false,
        }
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
