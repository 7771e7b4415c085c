//! What a change under the lock leaves to be done when the lock is free again:
//! everything that may be foreign code, and who is to be woken.

use std::sync::Arc;

use crate::{
    control::Control,
    event::Event,
    guard::TaskCell,
    request::Request,
    skip::{Skip, SkipReason},
    state::State,
};

#[derive(Debug, Default)]
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
    /// What has happened, for observers and callbacks.
    pub(crate) notices: Vec<Notice>,
    /// Runs that failed once and get no further attempt: their callbacks are still to be called.
    pub(crate) given_up: Vec<Request>,
    /// Runs that never began.
    pub(crate) dropped: Vec<Request>,
}

impl After {
    pub(crate) fn is_empty(&self) -> bool {
        !self.wake_loop
            && !self.wake_waiting
            && self.for_workers == 0
            && !self.for_runtime
            && !self.frees_worker
            && self.cancelled.is_empty()
            && self.notices.is_empty()
            && self.given_up.is_empty()
            && self.dropped.is_empty()
    }

    /// Returns true if observers or callbacks are to be called. The log is
    /// neither: it waits for no run.
    pub(crate) fn calls_back(&self, has_observers: bool) -> bool {
        let is_call = |notice: &Notice| has_observers || matches!(notice, Notice::Skip(..));
        self.notices.iter().any(is_call) || !self.given_up.is_empty()
    }
}

#[derive(Debug)]
pub(crate) enum Notice {
    Event(Event),
    Skip(Arc<TaskCell>, Skip),
}

impl State {
    /// Notes what has happened, if somebody wants to know.
    pub(crate) fn tell(&mut self, event: impl FnOnce() -> Event) {
        if self.is_observed {
            self.after.notices.push(Notice::Event(event()));
        }
    }

    /// Counts fires that start nothing, and notes it for the callback and the observers.
    pub(crate) fn skip(
        &mut self,
        cell: &Arc<TaskCell>,
        reason: SkipReason,
        fires: u64,
        skip: impl FnOnce() -> Skip,
    ) {
        if let Some(record) = self.record_mut(cell) {
            record.count_skipped(reason, fires);
        }
        if self.is_observed || cell.definition.policies.on_skipped.is_some() {
            self.after.notices.push(Notice::Skip(cell.clone(), skip()));
        }
    }
}
