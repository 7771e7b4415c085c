//! The scheduler: the one lock, the loop, and who waits for what.

use std::{
    fmt,
    sync::{Arc, Weak},
    thread,
    time::Duration,
};

use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::{
    clock::{Clock, ClockMoved, Now},
    decide::{Round, Taken},
    error::{Error, ErrorKind},
    event::Event,
    executor::{self, Request},
    record::{Definition, Observer, TaskCell},
    state::State,
};

/// What a builder sets.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) poll_interval: Duration,
    pub(crate) max_threads: usize,
    pub(crate) stop_timeout: Duration,
    pub(crate) stack_size: Option<usize>,
    pub(crate) observers: Vec<Observer>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("poll_interval", &self.poll_interval)
            .field("max_threads", &self.max_threads)
            .field("stop_timeout", &self.stop_timeout)
            .field("stack_size", &self.stack_size)
            .field("observers", &self.observers.len())
            .finish()
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
        }
    }
}

#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) clock: Clock,
    pub(crate) settings: Settings,
    state: Mutex<State>,
    /// Wakes the loop. Notified under or after a change of: the head of a due
    /// queue, the loop that is wanted, a manual clock.
    pub(crate) changed: Condvar,
    /// Wakes workers. Notified after a change of: the ready runs, `stops`.
    pub(crate) work: Condvar,
    /// Wakes who waits for runs or the loop to end. Notified after each of them.
    pub(crate) done: Condvar,
}

impl Core {
    pub(crate) fn new(clock: Clock, settings: Settings) -> Arc<Core> {
        let core = Arc::new(Core {
            state: Mutex::new(State::new(clock.now())),
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

    pub(crate) fn add(&self, task: Definition) -> Result<Arc<TaskCell>, Error> {
        let mut state = self.lock();
        if let Some(conflict) = state.conflict(&task) {
            // The task is dropped after the lock: its closure is the user's.
            drop(state);
            return Err(conflict);
        }
        let (cell, earlier) = state.add(task, self.clock.now());
        drop(state);
        self.wake_loop(earlier);
        Ok(cell)
    }

    /// Wakes the loop if what it waits for has changed.
    ///
    /// Not a lost wake-up, though the lock is free by now: the loop holds it
    /// from the decision to wait until it waits, so that it has either seen
    /// the change or is waiting already.
    pub(crate) fn wake_loop(&self, changed: bool) {
        if changed {
            self.changed.notify_all();
        }
    }

    /// Runs what is due, and returns how many runs were started.
    pub(crate) fn round(self: &Arc<Self>) -> usize {
        let mut state = self.lock();
        // Read under the lock: a reading that is older than one that was taken
        // in would look like a step of the clock.
        let now = self.clock.now();
        let round = state.begin_round(now);
        drop(state);
        self.start_all(&round, now)
    }

    /// Tells what has happened and starts what a round has found, until the
    /// manager is stopped.
    fn start_all(self: &Arc<Self>, round: &Round, now: Now) -> usize {
        self.tell(&round.events);
        let mut started = 0;
        for due in &round.due {
            let mut next = Some(due.clone());
            while let Some(due) = next.take() {
                let taken = self.lock().take(&due, round.stops, now);
                match taken {
                    Taken::Skipped => break,
                    Taken::Stopped => return started,
                    taken => self.dispatch(taken),
                }
                started += 1;
                // Bounded: what is to be caught up with is, by its policy.
                next = self.lock().catches_up(due.job, now);
            }
        }
        started
    }

    fn tell(&self, events: &[Event]) {
        executor::notify(&self.settings.observers, events);
        #[cfg(feature = "tracing")]
        for event in events {
            // A subscriber is user code; its panic is printed by the panic hook.
            let _ = executor::guarded(|| crate::log::event(event));
        }
    }

    /// Runs here what runs here, and sees to it that the rest finds a worker.
    pub(crate) fn dispatch(self: &Arc<Self>, taken: Taken) {
        match taken {
            Taken::Inline(request) => self.execute(request),
            Taken::Queued => self.staff(),
            Taken::Skipped | Taken::Stopped => {}
        }
    }

    pub(crate) fn execute(self: &Arc<Self>, request: Request) {
        let report = executor::execute(&self.clock, &request);
        self.finish(request, report);
    }

    pub(crate) fn finish(&self, mut request: Request, report: executor::Report) {
        let now = self.clock.now();
        let earlier = self.lock().finish(&mut request, &report, now);
        self.done.notify_all();
        self.wake_loop(earlier);
        if let Some(reply) = request.reply.take() {
            // Whoever asked for the run may have stopped waiting: no error.
            let _ = reply.send(report.run);
        }
        // Perhaps the last handle of a removed task.
        let keeps_worker = request.on_worker;
        executor::drop_guarded(request);
        if keeps_worker {
            self.lock().workers.busy -= 1;
        }
    }

    /// Starts the jobs of `module`, and the loop if it is not running.
    pub(crate) fn run(self: &Arc<Self>, module: &str) -> Result<(), Error> {
        let mut state = self.lock();
        if state.closed {
            return Err(ErrorKind::Closed.into());
        }
        let is_running = state.main.is_running();
        state.start(module, self.clock.now());
        if is_running {
            drop(state);
            self.wake_loop(true);
            return Ok(());
        }
        state.main.last += 1;
        let number = state.main.last;
        state.main.wanted = Some(number);
        state.main.alive.insert(number);
        #[cfg(feature = "tracing")]
        let started = (state.tasks.len(), format!("{:?}", state.tasks_of_crates()));
        drop(state);
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
        let mut state = self.lock();
        // Looked at under the lock under which the round begins: a stop is
        // either seen here, or sees what the round starts.
        while state.main.wanted == Some(number) {
            let now = self.clock.now();
            let round = state.begin_round(now);
            if !round.is_empty() {
                drop(state);
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
    pub(crate) fn remove(&self, cell: &Arc<TaskCell>) -> bool {
        let mut state = self.lock();
        let now = self.clock.now();
        let removed = state.remove(cell, now);
        drop(state);
        self.done.notify_all();
        removed.is_some()
    }

    /// Waits until nothing is due and nothing runs, apart from what the
    /// calling thread is inside of.
    pub(crate) fn settle(self: &Arc<Self>) {
        let inside = executor::inside();
        let mut state = self.lock();
        loop {
            let now = self.clock.now();
            state.take_reading(now);
            let is_due = state.has_due(now) || !state.events.is_empty();
            // On the loop's own thread nobody else would do it.
            if is_due && (!state.main.is_running() || !inside.is_empty()) {
                drop(state);
                self.round();
                state = self.lock();
            } else if is_due || state.running.keys().any(|id| !inside.contains(id)) {
                self.done.wait(&mut state);
            } else {
                return;
            }
        }
    }
}

impl ClockMoved for Core {
    fn clock_moved(&self) {
        // Taken and given back, so that a loop that has just read the old time
        // is waiting before it is woken.
        drop(self.lock());
        self.changed.notify_all();
    }
}
