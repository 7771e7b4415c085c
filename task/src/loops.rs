//! What the lock guards of the loop, and of those before it.

use std::time::Duration;

use crate::{clock::Now, request::RunId};

/// The loop that drives a scheduler from a thread of its own.
#[derive(Debug, Default)]
pub(crate) struct LoopState {
    /// The loop that shall run, if one shall.
    pub(crate) wanted: Option<u64>,
    pub(crate) last: u64,
    /// Those whose thread has not come to its end, a stuck one among them.
    pub(crate) alive: Vec<u64>,
    /// When the one that shall run last went on to something else, on the monotonic clock.
    pub(crate) seen: Duration,
    /// The run that it is in since then.
    pub(crate) inside: Option<RunId>,
    /// It sleeps since then.
    pub(crate) sleeps: bool,
    /// The last one has panicked.
    pub(crate) died: bool,
    /// Rounds were asked for while no loop was wanted.
    pub(crate) by_hand: bool,
}

impl LoopState {
    /// Notes that this loop goes on to something else, if it is the one that shall run.
    pub(crate) fn goes_on(&mut self, number: Option<u64>, now: Now) {
        if number.is_some() && number == self.wanted {
            self.seen = now.elapsed;
            self.inside = None;
        }
    }

    /// Notes that it calls the body of a run.
    pub(crate) fn enters(&mut self, number: Option<u64>, run: RunId) {
        if number.is_some() && number == self.wanted {
            self.inside = Some(run);
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.wanted
            .is_some_and(|wanted| self.alive.contains(&wanted))
    }
}
