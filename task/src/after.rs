//! What a change under the lock leaves to be done when the lock is free again:
//! everything that may be foreign code, and who is to be woken.

use std::{fmt, sync::Arc, task::Waker};

use crate::{
    control::Control,
    definition::Observer,
    event::Event,
    guard::TaskCell,
    mailbox::Mailbox,
    request::Request,
    skip::{Skip, SkipReason},
    state::State,
    telemetry,
};

#[derive(Default)]
pub(crate) struct After {
    /// The loop waits for what has changed.
    pub(crate) wake_loop: bool,
    /// Runs have ended, or will not begin.
    pub(crate) wake_waiting: bool,
    /// How many runs were put among those for the workers.
    pub(crate) for_workers: usize,
    /// Runs were put among those for the runtime.
    pub(crate) for_runtime: bool,
    /// A worker has ended a run, and counts as free.
    pub(crate) frees_worker: bool,
    /// Whose flags were raised.
    pub(crate) cancelled: Vec<Arc<Control>>,
    /// Fires that started nothing, for the callbacks of their tasks and for who counts.
    pub(crate) skipped: Vec<(Arc<TaskCell>, Skip)>,
    /// What has happened beside the runs, for the log and the numbers.
    pub(crate) announced: Vec<Event>,
    /// An event came for observers that have no thread yet.
    pub(crate) for_observers: bool,
    /// Observers that were never told of anything, and will not be.
    pub(crate) untold: Vec<(Observer, Arc<Mailbox>)>,
    /// Who waits for events in async code.
    pub(crate) wakers: Vec<Waker>,
    /// Runs that failed once and get no further attempt: their callbacks are still to be called.
    pub(crate) given_up: Vec<Request>,
    /// Runs that never began.
    pub(crate) dropped: Vec<Request>,
}

impl fmt::Debug for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("After").finish_non_exhaustive()
    }
}

impl After {
    pub(crate) fn is_empty(&self) -> bool {
        self.is_quiet() && !self.wake_loop && !self.wake_waiting && !self.frees_worker
    }

    /// Returns true if nothing is to be done but to wake threads that wait.
    pub(crate) fn is_quiet(&self) -> bool {
        self.for_workers == 0
            && !self.for_runtime
            && !self.calls_back()
            && self.cancelled.is_empty()
            && self.dropped.is_empty()
            && self.announced.is_empty()
            && !self.for_observers
            && self.untold.is_empty()
            && self.wakers.is_empty()
    }

    /// Returns true if callbacks are to be called.
    pub(crate) fn calls_back(&self) -> bool {
        !self.skipped.is_empty() || !self.given_up.is_empty()
    }
}

impl State {
    /// Counts fires that start nothing, and notes it for the callback and the observers.
    pub(crate) fn skip(
        &mut self,
        cell: &Arc<TaskCell>,
        reason: SkipReason,
        fires: u64,
        skip: impl Fn() -> Skip,
    ) {
        if let Some(record) = self.record_mut(cell) {
            record.count_skipped(reason, fires);
        }
        let is_for_callback = cell.definition.policies.on_skipped.is_some();
        if is_for_callback || telemetry::IS_ON {
            self.after.skipped.push((cell.clone(), skip()));
        }
        self.tell(|| Event::Skipped(skip()));
    }
}
