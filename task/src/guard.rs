//! A task of one manager, and the guard against concurrent runs.

use std::sync::Arc;

use crate::{
    definition::Definition,
    sync::{AtomicBool, AtomicU32, Ordering},
    tasks::TaskId,
};

/// A task of one manager, shared between its handles, the scheduler and its runs.
#[derive(Debug)]
pub(crate) struct TaskCell {
    pub(crate) id: TaskId,
    pub(crate) definition: Definition,
    /// See [`Setup::is_plain`](crate::definition::Setup::is_plain).
    pub(crate) is_plain: bool,
    /// Read at each fire. Relaxed: it guards no other data.
    enabled: AtomicBool,
    /// How many runs have the right to run.
    running: AtomicU32,
    /// The numbers of the task, once a run needed them. A lock of its own, under
    /// which nothing is called.
    #[cfg(feature = "metrics")]
    pub(crate) meters: crate::sync::Mutex<crate::meter::Known>,
}

impl TaskCell {
    pub(crate) fn new(id: TaskId, definition: Definition) -> TaskCell {
        TaskCell {
            id,
            is_plain: definition.is_plain(),
            enabled: AtomicBool::new(!definition.disabled),
            running: AtomicU32::new(0),
            #[cfg(feature = "metrics")]
            meters: Default::default(),
            definition,
        }
    }

    pub(crate) fn is_enabled(&self) -> bool {
        self.enabled.load(Ordering::Relaxed)
    }

    /// Returns what it was before.
    pub(crate) fn set_enabled(&self, enabled: bool) -> bool {
        self.enabled.swap(enabled, Ordering::Relaxed)
    }

    pub(crate) fn is_running(&self) -> bool {
        // Pairs with the release in `Claim::release`: who sees a run ended
        // also sees what it wrote.
        self.running.load(Ordering::Acquire) > 0
    }

    /// Claims the right to run, or returns `None` while as many runs have it as
    /// the task's policy lets run at once.
    pub(crate) fn claim(self: &Arc<Self>) -> Option<Claim> {
        let limit = self.definition.policies.overlap.limit();
        // Acquire pairs with the release of the run before: its writes are
        // seen by this one. Nothing is published by claiming.
        self.running
            .fetch_update(Ordering::Acquire, Ordering::Relaxed, |running| {
                (running < limit).then_some(running + 1)
            })
            .ok()
            .map(|_| Claim {
                cell: Arc::clone(self),
                released: false,
            })
    }

    /// Claims the right for a plain run, of which a task has one at a time.
    pub(crate) fn claim_plain(&self) -> bool {
        // As in `claim`.
        self.running
            .compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    /// Returns the right that a plain run has, to go on as others do.
    pub(crate) fn claimed_plain(self: &Arc<Self>) -> Claim {
        Claim {
            cell: Arc::clone(self),
            released: false,
        }
    }

    /// Gives the right of a plain run back.
    pub(crate) fn release_plain(&self) {
        self.running.fetch_sub(1, Ordering::Release);
    }
}

/// The right to run a task, given back at the latest when it is dropped.
#[derive(Debug)]
pub(crate) struct Claim {
    cell: Arc<TaskCell>,
    released: bool,
}

impl Claim {
    /// Gives the right back. The task itself is kept, so that nothing of the
    /// user's is dropped here, where a lock may be held.
    pub(crate) fn release(&mut self) {
        if !std::mem::replace(&mut self.released, true) {
            self.cell.running.fetch_sub(1, Ordering::Release);
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.release();
    }
}
