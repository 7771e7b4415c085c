//! Who waits for runs, and what he does meanwhile where no loop does it.

use std::{sync::Arc, time::Duration};

use crate::{
    clock::Now, executor, request::RunId, scheduler::Core, state::State, sync::MutexGuard,
};

impl Core {
    /// Waits until `is_over`. Where no loop drives the runs that were started, or
    /// the caller keeps it from that, it does so itself; it starts no fires.
    pub(crate) fn help_until(self: &Arc<Self>, is_over: impl Fn() -> bool) {
        let is_inside = !executor::inside().is_empty();
        let mut state = self.lock();
        while !is_over() {
            if !state.runs.spawn.is_empty() {
                drop(state);
                self.spawn_all();
                state = self.lock();
                continue;
            }
            let mut wait = None;
            if is_inside || !state.main.is_running() {
                let now = self.clock.now();
                state.take_reading(now);
                state.fire_timers(now);
                if !state.runs.inline.is_empty() || !state.after.is_empty() {
                    self.unlock(state);
                    self.run_waiting(None);
                    state = self.lock();
                    continue;
                }
                wait = self.real_time_to_timer(&state, now);
            }
            // Not a lost wake-up: who ends a run, or brings an earlier timer,
            // takes the lock before the notification.
            self.wait_for_done(&mut state, wait);
        }
        self.unlock(state);
    }

    /// Returns how long a thread may sleep until the next timer is due.
    pub(crate) fn real_time_to_timer(&self, state: &State, now: Now) -> Option<Duration> {
        let wait = state.wait_for_timer(now)?;
        self.clock.real_time(wait)
    }

    fn wait_for_done(&self, state: &mut MutexGuard<'_, State>, wait: Option<Duration>) {
        match wait {
            Some(wait) => {
                self.done.wait_for(state, wait);
            }
            None => self.done.wait(state),
        }
    }

    /// Waits until nothing is due and nothing runs, apart from what the
    /// calling thread is inside of and from what waits for its next attempt.
    pub(crate) fn settle(self: &Arc<Self>) {
        self.settle_from(&executor::inside());
    }

    /// Settles for a thread that is inside of these runs.
    pub(crate) fn settle_from(self: &Arc<Self>, inside: &[RunId]) {
        let mut state = self.lock();
        loop {
            let now = self.clock.now();
            state.take_reading(now);
            if !state.after.is_empty() {
                self.unlock(state);
                state = self.lock();
                continue;
            }
            if !state.runs.spawn.is_empty() {
                drop(state);
                self.spawn_all();
                state = self.lock();
                continue;
            }
            let is_due = state.has_due(now);
            // On the loop's own thread nobody else would do it.
            if is_due && (!state.main.is_running() || !inside.is_empty()) {
                drop(state);
                self.round(false);
                state = self.lock();
            } else if is_due || state.is_busy(inside) {
                let is_driven = state.main.is_running() && inside.is_empty();
                let timer = self.real_time_to_timer(&state, now);
                self.wait_for_done(&mut state, timer.filter(|_| !is_driven));
            } else if inside.is_empty() {
                drop(state);
                if self.wait_for_observers(None).is_none() {
                    return;
                }
                // They may have started something.
                state = self.lock();
            } else {
                return;
            }
        }
    }
}
