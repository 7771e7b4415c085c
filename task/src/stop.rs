//! How a manager ends: what is waited for, and what is left behind.

use std::fmt;

use crate::{clock::Deadline, executor, record::is_in, scheduler::Core, state::State};

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
    /// Tasks whose run waited for a worker thread and was not started.
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
        for (what, names) in lists.into_iter().filter(|(_, names)| !names.is_empty()) {
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

impl Core {
    /// Stops the tasks of `module`, and the loop if no other task is left to it.
    pub(crate) fn stop(&self, module: &str) -> Stopped {
        let inside = executor::inside();
        let deadline = Deadline::after(self.settings.stop_timeout);
        let mut state = self.lock();
        let now = self.clock.now();
        let others = !module.is_empty()
            && state
                .tasks
                .values()
                .any(|record| !record.parked && !record.is_in(module));
        let withdrawn = state.withdraw(|cell| is_in(cell.definition.module, module), now);
        // What `run` has started ends; jobs that are driven by hand go on.
        if state.main.wanted.is_some() {
            state.park_module(module);
        }
        let leaving = if others { None } else { state.end_loop() };
        let in_module: Vec<_> = state
            .running
            .iter()
            .filter(|(_, name)| {
                // A task that was removed while it runs counts for the whole program only.
                module.is_empty()
                    || state
                        .tasks
                        .get(*name)
                        .is_some_and(|task| task.is_in(module))
            })
            .map(|(id, name)| (*id, name.clone()))
            .collect();
        self.changed.notify_all();
        self.work.notify_all();
        // Runs that were withdrawn have ended too.
        self.done.notify_all();

        // From inside of a task the loop is not waited for: it may be the
        // thread that we are on.
        let leaving = if inside.is_empty() { leaving } else { None };
        loop {
            let runs_left = in_module
                .iter()
                .any(|(id, _)| !inside.contains(id) && state.running.contains_key(id));
            let loop_left = leaving.is_some_and(|number| state.main.alive.contains(&number));
            if !runs_left && !loop_left {
                break;
            }
            let timed_out = match deadline.instant() {
                Some(instant) => self.done.wait_until(&mut state, instant).timed_out(),
                None => {
                    self.done.wait(&mut state);
                    false
                }
            };
            if timed_out {
                break;
            }
        }
        let mut stopped = Stopped::default();
        for (id, name) in in_module {
            if inside.contains(&id) {
                continue;
            }
            let to = if state.running.contains_key(&id) {
                &mut stopped.abandoned
            } else {
                &mut stopped.finished
            };
            to.push(name.to_string());
        }
        drop(state);
        for request in withdrawn {
            stopped
                .cancelled
                .push(request.claim.cell.definition.name.to_string());
            executor::drop_guarded(request);
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

    /// Stops without waiting, for good: the last handle is gone.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.end_loop();
        let now = self.clock.now();
        let (tasks, withdrawn) = state.close(now);
        drop(state);
        self.changed.notify_all();
        self.work.notify_all();
        self.done.notify_all();
        for request in withdrawn {
            executor::drop_guarded(request);
        }
        for record in tasks.into_values() {
            executor::drop_guarded(record);
        }
    }
}

impl State {
    /// Has the loop and all rounds end. Returns the loop that is to leave.
    fn end_loop(&mut self) -> Option<u64> {
        self.stops += 1;
        self.main.wanted.take()
    }
}
