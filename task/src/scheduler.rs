//! The scheduler: the one lock, the loop, and who waits for what.

use std::{
    fmt,
    num::NonZeroUsize,
    sync::{Arc, Weak},
    time::Duration,
};

use crate::{
    after::Notice,
    clock::{Clock, ClockMoved, Now},
    context::{KeptStates, States},
    decide::{Round, Taken},
    error::{Error, ErrorKind},
    event::Event,
    executor::{self, Inside},
    guard::TaskCell,
    record::{Definition, Observer},
    request::{Request, RunId},
    runtime::Runtime,
    state::State,
    sync::{Condvar, Mutex, MutexGuard, thread},
};

/// What a builder sets.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) poll_interval: Duration,
    pub(crate) max_threads: usize,
    pub(crate) stop_timeout: Duration,
    pub(crate) stack_size: Option<usize>,
    pub(crate) observers: Vec<Observer>,
    pub(crate) runtime: Option<Runtime>,
    /// How many runs of a task are kept.
    pub(crate) history: usize,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("poll_interval", &self.poll_interval)
            .field("max_threads", &self.max_threads)
            .field("stop_timeout", &self.stop_timeout)
            .field("stack_size", &self.stack_size)
            .field("observers", &self.observers.len())
            .field("runtime", &self.runtime)
            .field("history", &self.history)
            .finish_non_exhaustive()
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            poll_interval: Duration::from_secs(1),
            max_threads: 32,
            stop_timeout: Duration::from_secs(10),
            stack_size: None,
            observers: Vec::new(),
            runtime: None,
            history: 10,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) clock: Clock,
    pub(crate) settings: Settings,
    state: Mutex<State>,
    pub(crate) states: KeptStates,
    /// Wakes the loop. Notified under or after a change of: the head of a due
    /// queue, the loop that is wanted, a manual clock.
    pub(crate) changed: Condvar,
    /// Wakes workers. Notified after a change of: the ready runs, `stops`.
    pub(crate) work: Condvar,
    /// Wakes who waits for runs or the loop to end. Notified after each of them.
    pub(crate) done: Condvar,
}

impl Core {
    pub(crate) fn new(clock: Clock, settings: Settings, states: States) -> Arc<Core> {
        let is_observed = !settings.observers.is_empty() || cfg!(feature = "tracing");
        let history = NonZeroUsize::new(settings.history).unwrap_or(NonZeroUsize::MIN);
        let core = Arc::new(Core {
            state: Mutex::new(State::new(clock.now(), is_observed, history)),
            states: KeptStates::new(states),
            clock,
            settings,
            changed: Condvar::new(),
            work: Condvar::new(),
            done: Condvar::new(),
        });
        let listener: Weak<dyn ClockMoved> = Arc::downgrade(&(core.clone() as Arc<dyn ClockMoved>));
        core.clock.listen(listener);
        core
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// Gives the lock back and does what was left to be done without it.
    pub(crate) fn unlock(self: &Arc<Self>, mut state: MutexGuard<'_, State>) {
        if state.after.is_empty() {
            return;
        }
        let mut after = std::mem::take(&mut state.after);
        // What is called back may wait for a run that needs a worker: this one
        // is free when it has returned.
        let keeps_worker =
            after.frees_worker && after.calls_back(!self.settings.observers.is_empty());
        if keeps_worker {
            state.workers.busy += 1;
        }
        drop(state);
        // Who waits for a run that will not begin is told first, and looks under
        // the lock: so the notification below finds him waiting, or he has seen it.
        let replies = after.dropped.iter_mut().filter_map(|run| run.reply.take());
        if replies.map(drop).count() > 0 {
            drop(self.lock());
        }
        // Not a lost wake-up, though the lock is free by now: the loop holds it
        // from the decision to wait until it waits, so that it has either seen
        // the change or is waiting already. The others do the same.
        if after.wake_loop {
            self.changed.notify_all();
        }
        for _ in 0..after.for_workers {
            self.work.notify_one();
        }
        if after.wake_waiting {
            self.done.notify_all();
        }
        // Who is called below and stops, or settles, doesn't wait for what this
        // thread has in its hands.
        let ids = after.given_up.iter().map(|request| request.id);
        let _inside: Vec<_> = ids.map(Inside::enter).collect();
        for control in after.cancelled {
            control.wake();
        }
        // Before what is foreign: an observer may wait for these runs.
        if after.for_workers > 0 {
            self.staff();
        }
        if after.for_runtime {
            self.spawn();
        }
        for notice in after.notices {
            self.give_notice(notice);
        }
        for request in after.given_up {
            self.give_up(request);
        }
        if keeps_worker {
            self.lock().workers.busy -= 1;
        }
        for request in after.dropped {
            self.drop_run(request);
        }
    }

    /// Drops a run, and with it perhaps the last of a removed task: that may be
    /// user code that waits, so that its worker is not free before.
    pub(crate) fn drop_run(&self, request: Request) {
        if !request.on_worker {
            executor::drop_guarded(request);
            return;
        }
        let mut state = self.lock();
        if state.record(&request.cell).is_some() {
            // Not the last of it, which the record has; who removes the task
            // from now on finds this one gone.
            let Request {
                cell,
                claim,
                control,
                ..
            } = request;
            drop((cell, claim));
            drop(state);
            executor::drop_guarded(control);
            return;
        }
        // Removed since its worker was freed?
        if !request.keeps_worker {
            state.workers.busy += 1;
        }
        drop(state);
        executor::drop_guarded(request);
        self.lock().workers.busy -= 1;
    }

    fn give_notice(self: &Arc<Self>, notice: Notice) {
        let event = match notice {
            Notice::Event(event) => event,
            Notice::Skip(cell, skip) => {
                if let Some(panic) = executor::call_back_skip(&cell, &skip) {
                    if let Some(record) = self.lock().record_mut(&cell) {
                        record.note_callback_panics(&[panic]);
                    }
                }
                // Perhaps the last handle of a removed task.
                executor::drop_guarded(cell);
                Event::Skipped(skip)
            }
        };
        self.tell(&event);
    }

    /// Returns true if somebody wants to know what happens.
    pub(crate) fn is_observed(&self) -> bool {
        !self.settings.observers.is_empty() || cfg!(feature = "tracing")
    }

    pub(crate) fn tell(&self, event: &Event) {
        executor::notify(&self.settings.observers, event);
        #[cfg(feature = "tracing")]
        // A subscriber is user code; its panic is printed by the panic hook.
        let _ = executor::guarded(|| crate::log::event(event));
    }

    pub(crate) fn add(self: &Arc<Self>, task: Definition) -> Result<Arc<TaskCell>, Error> {
        let mut state = self.lock();
        if let Some(conflict) = state.conflict(&task) {
            // The task is dropped after the lock: its closure is the user's.
            drop(state);
            return Err(conflict);
        }
        let cell = state.add(task, self.clock.now());
        self.unlock(state);
        Ok(cell)
    }

    /// Runs what is due, and returns how many runs were started.
    pub(crate) fn round(self: &Arc<Self>) -> usize {
        let mut state = self.lock();
        // Read under the lock: a reading that is older than one that was taken
        // in would look like a step of the clock.
        let now = self.clock.now();
        let round = state.begin_round(now);
        self.unlock(state);
        self.start_all(&round, now)
    }

    /// Starts what a round has found, until the manager is stopped.
    fn start_all(self: &Arc<Self>, round: &Round, now: Now) -> usize {
        let mut started = 0;
        self.run_waiting();
        for due in &round.due {
            let mut next = Some(due.clone());
            while let Some(due) = next.take() {
                let mut state = self.lock();
                let taken = state.take(&due, round.stops, now);
                let _inside = match &taken {
                    // What is told below comes from inside of the run.
                    Taken::Inline(request) => Some(Inside::enter(request.id)),
                    _ => None,
                };
                self.unlock(state);
                match taken {
                    Taken::Skipped => break,
                    Taken::Stopped => return started,
                    Taken::Inline(request) => self.execute(request),
                    Taken::Accepted => {}
                }
                started += 1;
                // Bounded: what is to be caught up with is, by its policy. A wall
                // clock that was set back meanwhile leaves the rest to the next round.
                if self.clock.now().wall < now.wall {
                    break;
                }
                next = self.lock().catches_up(due.job, now);
            }
        }
        started
    }

    /// Runs what waits for a thread of the manager's own: attempts that follow a
    /// failed one, and what waited for another run.
    pub(crate) fn run_waiting(self: &Arc<Self>) {
        loop {
            // Taken one by one under the lock, so that a stop finds the rest.
            let request = self.lock().runs.inline.pop_front();
            match request {
                Some(request) => self.execute(request),
                None => return,
            }
        }
    }

    /// Starts the jobs of `module`, and the loop if it is not running.
    pub(crate) fn run(self: &Arc<Self>, module: &str) -> Result<(), Error> {
        let mut state = self.lock();
        if state.closed {
            return Err(ErrorKind::Closed.into());
        }
        state.note_runtime();
        let is_running = state.main.is_running();
        state.start(module, self.clock.now());
        state.after.wake_loop = true;
        if is_running {
            self.unlock(state);
            return Ok(());
        }
        state.main.last += 1;
        let number = state.main.last;
        state.main.wanted = Some(number);
        state.main.alive.insert(number);
        #[cfg(feature = "tracing")]
        let started = (state.tasks.len(), format!("{:?}", state.tasks_of_crates()));
        self.unlock(state);
        #[cfg(feature = "tracing")]
        let _ = executor::guarded(|| crate::log::started(started.0, &started.1));

        let core = self.clone();
        let spawned = thread::Builder::new()
            .name("task-scheduler".to_owned())
            .spawn(move || core.run_loop(number));
        // The thread is not joined: `stop` waits for the mark that it leaves
        // at its end, and a loop that is stuck in a body can't be joined.
        spawned.map(drop).map_err(|error| {
            self.leave_loop(number);
            ErrorKind::Thread {
                role: "scheduler",
                reason: error.to_string(),
            }
            .into()
        })
    }

    fn run_loop(self: Arc<Self>, number: u64) {
        /// Leaves the mark even if the loop should panic.
        struct Mark<'a>(&'a Core, u64);
        impl Drop for Mark<'_> {
            fn drop(&mut self) {
                self.0.leave_loop(self.1);
            }
        }
        let _mark = Mark(&self, number);
        // Observers are called here outside of a run too: who stops there doesn't
        // wait for the loop, and who settles there does what the loop would do.
        let _inside = Inside::enter(RunId::new());
        let mut state = self.lock();
        // Looked at under the lock under which the round begins: a stop is
        // either seen here, or sees what the round starts.
        while state.main.wanted == Some(number) {
            let now = self.clock.now();
            let round = state.begin_round(now);
            let is_idle =
                round.due.is_empty() && state.runs.inline.is_empty() && state.after.is_empty();
            if !is_idle {
                self.unlock(state);
                self.start_all(&round, now);
                state = self.lock();
                continue;
            }
            let wait = state
                .wait(now)
                .unwrap_or(Duration::MAX)
                .min(self.settings.poll_interval);
            // Who waits in `settle` learns that nothing is due.
            self.done.notify_all();
            // A wake-up, spurious or not, only sends us round to decide again.
            match self.clock.real_time(wait) {
                Some(wait) => {
                    self.changed.wait_for(&mut state, wait);
                }
                None => self.changed.wait(&mut state),
            }
        }
        // The mark is left under the lock.
        drop(state);
    }

    fn leave_loop(&self, number: u64) {
        let mut state = self.lock();
        state.main.alive.remove(&number);
        if state.main.wanted == Some(number) {
            state.main.wanted = None;
        }
        drop(state);
        self.done.notify_all();
    }

    /// Takes a task out, and drops it without the lock.
    pub(crate) fn remove(self: &Arc<Self>, cell: &Arc<TaskCell>) -> bool {
        let mut state = self.lock();
        let now = self.clock.now();
        let removed = state.remove(cell, now);
        state.after.wake_waiting = true;
        self.unlock(state);
        let is_removed = removed.is_some();
        executor::drop_guarded(removed);
        is_removed
    }

    /// Has the runtime that the calling thread is inside of drive async tasks.
    pub(crate) fn note_runtime(&self) {
        self.lock().note_runtime();
    }
}

impl ClockMoved for Core {
    fn clock_moved(&self) {
        // Taken and given back, so that a loop that has just read the old time
        // is waiting before it is woken.
        drop(self.lock());
        self.changed.notify_all();
        // Where no loop runs, who waits for a run waits for its timers.
        self.done.notify_all();
    }
}
