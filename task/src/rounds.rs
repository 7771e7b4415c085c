//! What a round does with the fires that it has found.

use std::sync::Arc;

use crate::{
    decide::{Round, Taken},
    executor::Inside,
    plain::TakenPlain,
    scheduler::Core,
    state::State,
    sync::MutexGuard,
};

/// How many fires are given to workers before the lock is given back.
const BATCH: usize = 128;

impl Core {
    /// Runs what is due, and returns how many runs were started.
    ///
    /// `by_hand` says that the program asks for it.
    pub(crate) fn round(self: &Arc<Self>, by_hand: bool) -> usize {
        let now = self.clock.now_before_lock();
        let mut state = self.lock();
        let now = now.unwrap_or_else(|| self.clock.now());
        if by_hand {
            state.note_round_by_hand();
        }
        state.note_reading(now);
        if state.after.is_empty() && !state.has_due(now) {
            // Nothing waits either: that would be due now.
            return 0;
        }
        let round = state.begin_round(now);
        self.start_all(state, round, None)
    }

    /// Starts what a round has found, until the manager is stopped: a round of
    /// this loop, if it is one's.
    pub(crate) fn start_all<'a>(
        self: &'a Arc<Self>,
        state: MutexGuard<'a, State>,
        round: Round,
        number: Option<u64>,
    ) -> usize {
        let now = round.now;
        let mut started = 0;
        // The last reading of the clocks, if nothing has been done since.
        let mut fresh = Some(now);
        // The lock, if it was not given back since.
        let mut held = Some(state);
        // How many fires were given to workers with it.
        let mut batch = 0_usize;
        let is_quiet = |state: &State| state.after.is_empty() && state.runs.inline.is_empty();
        if let Some(state) = held.take_if(|state| !is_quiet(state)) {
            fresh = None;
            self.unlock(state);
            self.run_waiting(number);
        }
        for place in 0..round.found.len() {
            let mut next = round.found.get(place);
            while let Some(due) = next.take() {
                let mut state = held.take().unwrap_or_else(|| self.lock());
                let reading = fresh.take().unwrap_or_else(|| self.clock.now());
                state.main.goes_on(number, reading);
                match state.take_plain(&due, &round, reading) {
                    Some(TakenPlain::Inline(id, cell)) => {
                        started += 1;
                        batch = 0;
                        state.main.enters(number, id);
                        (held, fresh) = self.run_plain((state, reading), id, cell).unzip();
                        continue;
                    }
                    Some(TakenPlain::Ready) => {
                        started += 1;
                        batch += 1;
                        if batch % BATCH == 0 {
                            self.unlock(state);
                        } else {
                            (held, fresh) = (Some(state), Some(reading));
                        }
                        continue;
                    }
                    None => {}
                }
                match state.take(&due, round.stops, now) {
                    Taken::Inline(mut request) => {
                        // What is told below comes from inside of the run.
                        let _inside = Inside::enter(request.id);
                        state.main.enters(number, request.id);
                        if state.after.calls_back() {
                            // Who is called back may still cancel it.
                            self.unlock(state);
                            self.execute(request);
                        } else {
                            // Before the lock is given back: with the last handle they go.
                            let takes_context = request.cell.definition.takes_context();
                            let states = takes_context.then(|| self.states.get());
                            // Nobody can have cancelled what was just decided on.
                            state.begin(&mut request, reading);
                            self.unlock(state);
                            fresh = self.execute_begun(request, reading, states);
                        }
                    }
                    Taken::Accepted => self.unlock(state),
                    Taken::Skipped => {
                        self.unlock(state);
                        break;
                    }
                    Taken::Stopped => {
                        state.after.wake_waiting = true;
                        self.unlock(state);
                        return started;
                    }
                }
                started += 1;
                // Bounded: what is to be caught up with is, by its policy. A wall
                // clock that was set back meanwhile leaves the rest to the next round.
                if due.catches_up && self.clock.now().wall >= now.wall {
                    next = self.lock().catches_up(due.job, now);
                }
            }
        }
        let mut state = held.unwrap_or_else(|| self.lock());
        state.keep_round(round);
        // Those who settle wait for the last of its runs.
        state.after.wake_waiting |= started > 0;
        self.unlock(state);
        started
    }

    /// Runs what waits for a thread of the manager's own: attempts that follow a
    /// failed one, and what waited for another run. For this loop, if it is one's.
    pub(crate) fn run_waiting(self: &Arc<Self>, number: Option<u64>) {
        loop {
            let mut state = self.lock();
            // Taken one by one under the lock, so that a stop finds the rest.
            let Some(request) = state.runs.inline.pop_front() else {
                return;
            };
            if number.is_some() {
                state.main.goes_on(number, self.clock.now());
                state.main.enters(number, request.id);
            }
            drop(state);
            self.execute(request);
        }
    }
}
