//! The scheduler: the one lock, the loop, and who waits for what.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Weak},
    time::Duration,
};

use crate::{
    clock::{Clock, ClockMoved, Now},
    context::{KeptStates, States},
    definition::Definition,
    error::{Error, ErrorKind},
    event::Event,
    executor::{self, Inside},
    guard::TaskCell,
    observers::Observers,
    precise::start,
    request::{Request, RunId},
    settings::Settings,
    skip::Skip,
    state::State,
    sync::{Condvar, Mutex, MutexGuard, thread},
    telemetry,
    timing::Timing,
};

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
    pub(crate) fn new(clock: Clock, mut settings: Settings, states: States) -> Arc<Core> {
        let history = NonZeroUsize::new(settings.history).unwrap_or(NonZeroUsize::MIN);
        let observers = std::mem::take(&mut settings.observers);
        let observers = Observers::new(observers, settings.event_capacity);
        let core = Arc::new(Core {
            state: Mutex::new(State::new(clock.now(), observers, history)),
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
        let keeps_worker = after.frees_worker && after.calls_back();
        if keeps_worker {
            state.workers.busy += 1;
        }
        // A free worker that was woken before takes one of these runs then.
        let for_workers = after.for_workers.min(state.workers.free());
        let is_short = after.for_workers > 0 && state.workers.is_short();
        let needs_staff = is_short && state.workers.alive < self.settings.max_threads;
        let is_stranded = is_short && self.settings.max_threads == 0;
        drop(state);
        // Who waits for a run that will not begin is told first, and looks under
        // the lock: so the notification below finds him waiting, or he has seen it.
        let mut is_told = false;
        for run in &mut after.dropped {
            is_told |= run.reply.take().is_some();
        }
        if is_told {
            drop(self.lock());
        }
        // Not a lost wake-up, though the lock is free by now: the loop holds it
        // from the decision to wait until it waits, so that it has either seen
        // the change or is waiting already. The others do the same.
        if after.wake_loop {
            self.changed.notify_all();
        }
        for _ in 0..for_workers {
            self.work.notify_one();
        }
        if after.wake_waiting {
            self.done.notify_all();
        }
        // Who is called below and stops, or settles, doesn't wait for what this
        // thread has in its hands.
        let mut inside = Vec::new();
        for request in &after.given_up {
            inside.push(Inside::enter(request.id));
        }
        // Before what is foreign: it may wait for these runs, and for what is told.
        if needs_staff || is_stranded {
            self.staff();
        }
        if after.for_observers {
            self.start_observers();
        }
        if after.for_runtime {
            self.spawn();
        }
        for control in after.cancelled {
            control.wake();
        }
        for waker in after.wakers {
            executor::wake(waker);
        }
        executor::drop_guarded(after.untold);
        for event in after.announced {
            telemetry::event(&event);
        }
        for (cell, skip) in after.skipped {
            self.tell_skipped(cell, &skip);
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
                telemetry,
                ..
            } = request;
            drop((cell, claim));
            drop(state);
            executor::drop_guarded((control, telemetry));
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

    fn tell_skipped(&self, cell: Arc<TaskCell>, skip: &Skip) {
        telemetry::skipped(&cell, skip);
        if let Some(panic) = executor::call_back_skip(&cell, skip) {
            if let Some(record) = self.lock().record_mut(&cell) {
                record.note_callback_panics(&[panic]);
            }
        }
        // Perhaps the last handle of a removed task.
        executor::drop_guarded(cell);
    }

    /// Adds a task. `early` is a reading of the clocks from before the lock: see
    /// [`Clock::now_before_lock`].
    pub(crate) fn add(
        self: &Arc<Self>,
        task: Definition,
        timings: Vec<Timing>,
        early: Option<Now>,
        is_told: bool,
    ) -> Result<Arc<TaskCell>, Error> {
        let mut state = self.lock();
        let now = early.unwrap_or_else(|| self.clock.now());
        let cell = match state.add(task, timings, now) {
            Ok(cell) => cell,
            Err(refused) => {
                let (refused, error) = *refused;
                // The task is dropped after the lock: its closure is the user's.
                self.unlock(state);
                executor::drop_guarded(refused);
                return Err(error);
            }
        };
        if is_told {
            let task = || cell.definition.name.shared();
            state.announce(|| Event::Added { task: task() });
        }
        self.unlock(state);
        Ok(cell)
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
        state.main.alive.push(number);
        state.main.seen = self.clock.now().elapsed;
        state.main.sleeps = false;
        state.main.died = false;
        state.main.by_hand = false;
        let tasks = state.tasks.len();
        state.tell(|| Event::LoopStarted { tasks });
        let former = telemetry::forget_recorder(&state);
        let mut of_crates = Vec::new();
        if telemetry::IS_ON {
            for (name, n) in state.tasks_of_crates().0 {
                of_crates.push(format!("{name}: {n}"));
            }
        }
        self.unlock(state);
        executor::drop_guarded(former);
        if telemetry::IS_ON {
            telemetry::loop_started(tasks, &of_crates.join(", "));
        }

        let core = self.clone();
        let work = Box::new(move || core.run_loop(number));
        // The thread is not joined: `stop` waits for the mark that it leaves
        // at its end, and a loop that is stuck in a body can't be joined.
        start("task-scheduler", None, work).map_err(|error| {
            self.leave_loop(number);
            ErrorKind::Thread {
                role: "scheduler",
                reason: error.to_string(),
            }
            .into()
        })
    }

    fn run_loop(self: Arc<Self>, number: u64) {
        let _mark = Mark(&self, number);
        // Callbacks for skipped fires are called here outside of a run: who stops
        // there doesn't wait for the loop, and who settles there does what the loop
        // would do.
        let _inside = Inside::enter(RunId::new());
        self.be_precise();
        let mut state = self.lock();
        // Looked at under the lock under which the round begins: a stop is
        // either seen here, or sees what the round starts.
        while state.main.wanted == Some(number) {
            let now = self.clock.now();
            state.main.goes_on(Some(number), now);
            state.main.sleeps = false;
            let round = state.begin_round(now);
            let is_idle =
                round.found.len() == 0 && state.runs.inline.is_empty() && state.after.is_empty();
            if !is_idle {
                self.start_all(state, round, Some(number));
                state = self.lock();
                continue;
            }
            let wait = state
                .wait(now)
                .unwrap_or(Duration::MAX)
                .min(self.settings.poll_interval);
            state.keep_round(round);
            state.main.sleeps = true;
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

    fn leave_loop(self: &Arc<Self>, number: u64) {
        // Who logs is foreign, and might stop: that doesn't wait for this loop.
        let _inside = Inside::enter(RunId::new());
        let mut state = self.lock();
        let has_died = thread::panicking();
        if state.main.wanted == Some(number) {
            state.main.wanted = None;
            state.main.died = has_died;
        }
        // One that was left behind has been replaced, and nobody asks for it.
        if state.main.wanted.is_none() {
            let event = if has_died {
                Event::LoopDied
            } else {
                Event::LoopStopped
            };
            state.announce(|| event);
        }
        self.unlock(state);
        // Only now: who waits for the mark may end the program, and the line in the
        // log would be lost.
        self.lock().main.alive.retain(|alive| *alive != number);
        self.done.notify_all();
    }

    /// Takes a task out, and drops it without the lock.
    pub(crate) fn remove(self: &Arc<Self>, cell: &Arc<TaskCell>) -> bool {
        let mut state = self.lock();
        let now = self.clock.now();
        let removed = state.remove(cell, now);
        if removed.is_some() {
            let task = || cell.definition.name.shared();
            state.announce(|| Event::Removed { task: task() });
        }
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

/// Leaves the mark that a loop has ended, even if it should panic.
struct Mark<'a>(&'a Arc<Core>, u64);

impl Drop for Mark<'_> {
    fn drop(&mut self) {
        self.0.leave_loop(self.1);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::ManualClock, health::ManagerHealth};

    #[test]
    fn a_loop_that_panics_is_told_of_and_can_be_replaced() {
        let clock = Clock::Manual(ManualClock::new());
        let core = Core::new(clock, Settings::default(), States::default());
        let mailbox = core.lock().observers.subscribe();
        let told = || std::iter::from_fn(|| mailbox.try_take()).last();
        let health = || {
            let now = core.clock.now();
            ManagerHealth::of(&core.lock(), now, Duration::ZERO, None)
        };
        // As the loop does it, with a defect in it.
        let number = 1;
        core.lock().main.wanted = Some(number);
        core.lock().main.alive.push(number);
        let broken = core.clone();
        let loop_thread = std::thread::spawn(move || {
            let _mark = Mark(&broken, number);
            panic!("a defect");
        });
        assert!(loop_thread.join().is_err());
        assert_eq!(told(), Some(Event::LoopDied));
        assert_eq!(health().to_string(), "died");
        assert!(!health().is_alive());

        core.run("").unwrap();
        assert!(health().is_ok());
        core.stop("", Duration::MAX);
        assert_eq!(told(), Some(Event::LoopStopped));
        assert_eq!(health().to_string(), "stopped");
    }
}
