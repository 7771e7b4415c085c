//! How a manager ends: what is waited for, and what is left behind.

use std::{fmt, sync::Arc, time::Duration};

use crate::{
    clock::Deadline,
    control::{Cancel, Control},
    definition::is_in,
    executor,
    guard::TaskCell,
    name::Name,
    order::{earlier, in_order},
    request::RunId,
    runs::Stage,
    runtime,
    scheduler::Core,
    state::State,
};

/// Who finished, who was cancelled and who was left behind when a manager stopped.
///
/// # Example
///
/// ```
/// use task::{Task, TaskManager};
///
/// let manager = TaskManager::builder().empty().build();
/// manager.add(Task::new("beat", || ()).every("30s"))?;
/// manager.run()?;
///
/// let stopped = manager.stop();
/// assert!(stopped.is_clean());
/// assert!(!manager.is_running());
/// # Ok::<(), task::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stopped {
    /// Tasks that were running and ended in time.
    pub finished: Vec<String>,
    /// Tasks whose run was not started, since it waited for a worker thread, for
    /// its group or for another run; whose run waited for its next attempt, which
    /// it doesn't get; or whose async body was dropped, when the time was over.
    pub cancelled: Vec<String>,
    /// Tasks that were still running when the time was over. They go on running
    /// until they return: a thread can't be killed.
    pub abandoned: Vec<String>,
}

impl Stopped {
    /// Returns true if nothing was left behind running.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.abandoned.is_empty()
    }
}

/// `finished: a, b; cancelled: c`, or `nothing was running`.
impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lists = [
            ("finished", &self.finished),
            ("cancelled", &self.cancelled),
            ("abandoned", &self.abandoned),
        ];
        let mut separator = "";
        for (what, names) in lists {
            if names.is_empty() {
                continue;
            }
            write!(f, "{separator}{what}: {}", names.join(", "))?;
            separator = "; ";
        }
        if separator.is_empty() {
            f.write_str("nothing was running")
        } else {
            Ok(())
        }
    }
}

/// How long a stop waits for the futures that it has dropped: their executors
/// have to notice.
const FOR_DROPS: Duration = Duration::from_secs(1);

/// A stop that has begun: nothing starts any more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stopping {
    /// The loop that is to leave.
    leaving: Option<u64>,
    runs: Vec<StoppingRun>,
    /// The tasks of runs that were cancelled at once.
    cancelled: Vec<Name>,
    /// The caller is no observer, and no observer waits for him.
    waits_for_observers: bool,
}

#[derive(Clone, Debug)]
struct StoppingRun {
    id: RunId,
    task: Name,
    /// What has its future dropped, if it has one.
    future: Option<Arc<Control>>,
}

impl Core {
    /// Stops the tasks of `module`, and the loop if no other task is left to it.
    pub(crate) fn stop(self: &Arc<Self>, module: &str, timeout: Duration) -> Stopped {
        // What this thread drives itself can't end while it waits here.
        let blocks_futures = !runtime::is_shared();
        let stopping = self.begin_stop(module, blocks_futures);
        self.end_stop(stopping, timeout)
    }

    /// Has everything end that can end, and returns what is to be waited for.
    pub(crate) fn begin_stop(self: &Arc<Self>, module: &str, blocks_futures: bool) -> Stopping {
        let inside = executor::inside();
        let mut state = self.lock();
        let now = self.clock.now();
        let others = !module.is_empty()
            && state
                .tasks
                .iter()
                .any(|record| !record.parked && !record.is_in(module));
        let is_meant = |cell: &Arc<TaskCell>| is_in(cell.definition.written.module, module);
        state.withdraw(&is_meant, now);
        let mut cancelled = Vec::new();
        for withdrawn in [&state.after.dropped, &state.after.given_up] {
            for request in withdrawn {
                cancelled.push(request.cell.definition.name.clone());
            }
        }
        // What `run` has started ends; jobs that are driven by hand go on.
        if state.main.wanted.is_some() {
            state.park_module(module);
            state.is_stopped = !others;
        }
        let leaving = if others { None } else { state.end_loop() };
        let mut runs = Vec::new();
        let mut controls = Vec::new();
        let all: Vec<_> = state.runs.running.iter().collect();
        for (id, running) in in_order(&all, |(a, _), (b, _)| a.cmp(b)) {
            let definition = &running.cell.definition;
            let is_given_up = state.after.given_up.iter().any(|run| run.id == *id);
            if is_given_up || !is_in(definition.written.module, module) {
                continue;
            }
            let control = running.control.clone();
            let is_async = definition.is_async();
            controls.push(control.clone());
            // One that its runtime has not begun yet will not begin.
            let never_begins = is_async && running.stage == Stage::Waits;
            let is_blocked = is_async && blocks_futures && control.is_driven_here();
            if inside.contains(id) {
                // Who stops from inside of a run doesn't wait for that.
                control.cancel(Cancel::Stopped);
            } else if never_begins || is_blocked {
                control.abort(Cancel::Stopped);
                cancelled.push(definition.name.clone());
            } else {
                control.cancel(Cancel::Stopped);
                runs.push(StoppingRun {
                    id: *id,
                    task: definition.name.clone(),
                    future: is_async.then_some(control),
                });
            }
        }
        for run in &mut state.runs.plain {
            if is_in(run.module, module) {
                run.cancelled.get_or_insert(Cancel::Stopped);
                if !inside.contains(&run.id) {
                    runs.push(StoppingRun {
                        id: run.id,
                        task: run.task.clone(),
                        future: None,
                    });
                }
            }
        }
        state.after.cancelled.extend(controls);
        state.after.wake_loop = true;
        state.after.wake_waiting = true;
        self.work.notify_all();
        self.unlock(state);
        Stopping {
            // From inside of a task the loop is not waited for: it may be the
            // thread that we are on.
            leaving: leaving.filter(|_| inside.is_empty()),
            runs,
            cancelled,
            waits_for_observers: inside.is_empty(),
        }
    }

    /// Waits for a stop to come to its end, and says how it went.
    pub(crate) fn end_stop(self: &Arc<Self>, stopping: Stopping, timeout: Duration) -> Stopped {
        let deadline = Deadline::after(timeout);
        let mut is_over = false;
        runtime::blocking(|| is_over = self.wait_for_end(&stopping, deadline));
        let mut dropped = Stopping::default();
        if !is_over {
            // The time is over: the futures are dropped.
            let state = self.lock();
            for run in &stopping.runs {
                if run.future.is_some() && state.runs.is_running(run.id) {
                    dropped.runs.push(run.clone());
                }
            }
            drop(state);
            for run in &dropped.runs {
                if let Some(control) = &run.future {
                    control.abort(Cancel::Stopped);
                    control.wake();
                }
            }
            if !dropped.runs.is_empty() {
                let deadline = Deadline::after(FOR_DROPS);
                runtime::blocking(|| {
                    self.wait_for_end(&dropped, deadline);
                });
            }
        }
        if stopping.waits_for_observers {
            // What they write down of the end should not be lost with the process.
            let deadline = if is_over {
                deadline
            } else {
                Deadline::after(FOR_DROPS)
            };
            runtime::blocking(|| while self.wait_for_observers(Some(deadline)) == Some(true) {});
        }
        let mut stopped = Stopped::default();
        let state = self.lock();
        // By reference: with a run perhaps the last of a waker goes, which is
        // foreign code, and must not go under the lock.
        for run in &stopping.runs {
            let to = if state.runs.is_running(run.id) {
                &mut stopped.abandoned
            } else if dropped.runs.iter().any(|other| other.id == run.id) {
                &mut stopped.cancelled
            } else {
                &mut stopped.finished
            };
            to.push(run.task.to_string());
        }
        drop(state);
        for task in &stopping.cancelled {
            stopped.cancelled.push(task.to_string());
        }
        for names in [
            &mut stopped.finished,
            &mut stopped.cancelled,
            &mut stopped.abandoned,
        ] {
            names.sort_unstable();
        }
        stopped
    }

    /// Waits for the runs and the loop of a stop. Returns false if the deadline came first.
    fn wait_for_end(self: &Arc<Self>, stopping: &Stopping, deadline: Deadline) -> bool {
        let is_inside = !executor::inside().is_empty();
        let mut state = self.lock();
        loop {
            let runs_left = stopping
                .runs
                .iter()
                .any(|run| state.runs.is_running(run.id));
            let loop_left = stopping
                .leaving
                .is_some_and(|number| state.main.alive.contains(&number));
            if !runs_left && !loop_left {
                return true;
            }
            let mut timer = None;
            // Where the loop has left, or waits here itself, the timeouts of what is
            // waited for come from here.
            if is_inside || !state.main.is_running() {
                let now = self.clock.now();
                state.take_reading(now);
                state.fire_timers(now);
                if !state.after.is_empty() {
                    self.unlock(state);
                    state = self.lock();
                    continue;
                }
                timer = self.real_time_to_timer(&state, now);
            }
            let timer = timer.and_then(|wait| Deadline::after(wait).instant());
            let until = earlier(timer, deadline.instant());
            let timed_out = match until {
                Some(instant) => self.done.wait_until(&mut state, instant).timed_out(),
                None => {
                    self.done.wait(&mut state);
                    false
                }
            };
            if timed_out && until == deadline.instant() {
                return false;
            }
        }
    }

    /// Stops without waiting, for good: the last handle is gone.
    pub(crate) fn close(self: &Arc<Self>) {
        let mut state = self.lock();
        state.end_loop();
        let now = self.clock.now();
        let tasks = state.close(now);
        state.end_events();
        let mut controls = Vec::new();
        for running in state.runs.running.values() {
            running.control.abort(Cancel::Stopped);
            controls.push(running.control.clone());
        }
        for run in &mut state.runs.plain {
            run.cancelled = Some(Cancel::Stopped);
        }
        state.after.cancelled.extend(controls);
        state.after.wake_loop = true;
        state.after.wake_waiting = true;
        self.work.notify_all();
        self.unlock(state);
        for record in tasks.into_values() {
            executor::drop_guarded(record);
        }
        self.states.drop();
    }
}

impl State {
    /// Has the loop and all rounds end. Returns the loop that is to leave.
    fn end_loop(&mut self) -> Option<u64> {
        self.stops += 1;
        let wanted = self.main.wanted.take();
        self.main.by_hand &= wanted.is_none();
        wanted
    }
}
