//! How a manager is made.

use std::{sync::Arc, time::Duration};

use crate::{
    clock::{Clock, ManualClock},
    error::{Error, ErrorKind},
    event::Event,
    manager::TaskManager,
    record::is_in,
    registry::registered,
    scheduler::{Core, Settings},
    task::Task,
};

/// The settings of a [`TaskManager`].
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use task::TaskManager;
///
/// let manager = TaskManager::builder()
///     .module("app::jobs")
///     .max_threads(4)
///     .stop_timeout(Duration::from_secs(2))
///     .build();
/// assert!(manager.tasks().is_empty()); // This program has no such module.
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct TaskManagerBuilder {
    clock: Option<ManualClock>,
    settings: Settings,
    /// The modules whose tasks are taken; all if there is none.
    modules: Vec<String>,
    is_empty: bool,
}

impl TaskManagerBuilder {
    pub(crate) fn new() -> TaskManagerBuilder {
        TaskManagerBuilder::default()
    }

    /// Takes all times from a clock that a test moves, instead of the system's.
    pub fn clock(mut self, clock: ManualClock) -> TaskManagerBuilder {
        self.clock = Some(clock);
        self
    }

    /// Sets the longest time for which the loop sleeps: 1 second if it isn't set.
    ///
    /// It bounds how late a stepped wall clock or a suspend of the machine is
    /// noticed. Fires don't wait for it.
    pub fn poll_interval(mut self, poll_interval: Duration) -> TaskManagerBuilder {
        self.settings.poll_interval = poll_interval;
        self
    }

    /// Sets how many worker threads there may be for `threaded` tasks: 32 if it isn't set.
    ///
    /// They are started when they are needed, and reused. A run for which no
    /// thread is free waits for one.
    pub fn max_threads(mut self, max_threads: usize) -> TaskManagerBuilder {
        self.settings.max_threads = max_threads;
        self
    }

    /// Sets the stack size of worker threads in bytes; the standard library's if it isn't set.
    pub fn stack_size(mut self, bytes: usize) -> TaskManagerBuilder {
        self.settings.stack_size = Some(bytes);
        self
    }

    /// Sets for how long [`TaskManager::stop`] waits: 10 seconds if it isn't set.
    pub fn stop_timeout(mut self, stop_timeout: Duration) -> TaskManagerBuilder {
        self.settings.stop_timeout = stop_timeout;
        self
    }

    /// Has `observer` told what happens in the manager: see [`Event`]. May be
    /// called several times.
    ///
    /// It is called on the thread that notices, between runs; what takes long
    /// there holds the other tasks up.
    ///
    /// # Example
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use chrono::TimeDelta;
    /// use task::{Event, ManualClock, TaskManager};
    ///
    /// let (sender, events) = mpsc::channel();
    /// let clock = ManualClock::new();
    /// let manager = TaskManager::builder()
    ///     .empty()
    ///     .clock(clock.clone())
    ///     .on_event(move |event| sender.send(event.clone()).unwrap())
    ///     .build();
    ///
    /// let now = clock.now() + TimeDelta::hours(1);
    /// clock.set_wall(now);
    /// manager.run_pending();
    /// assert_eq!(events.recv(), Ok(Event::ClockStepped { now, by: TimeDelta::hours(1) }));
    /// ```
    pub fn on_event(
        mut self,
        observer: impl Fn(&Event) + Send + Sync + 'static,
    ) -> TaskManagerBuilder {
        self.settings.observers.push(Arc::new(observer));
        self
    }

    /// Takes the annotated tasks of this module and those below it, and no
    /// others. May be called several times.
    pub fn module(mut self, path: impl Into<String>) -> TaskManagerBuilder {
        self.modules.push(path.into());
        self
    }

    /// Takes no annotated tasks: the manager has what is added to it.
    pub fn empty(mut self) -> TaskManagerBuilder {
        self.is_empty = true;
        self
    }

    /// Makes the manager.
    ///
    /// What is wrong with the settings or a task is reported by
    /// [`TaskManager::check`] and [`TaskManager::run`].
    #[must_use]
    pub fn build(self) -> TaskManager {
        let clock = self.clock.map_or_else(Clock::system, Clock::Manual);
        let mut problems = check(&self.settings);
        let core = Core::new(clock, self.settings);
        if !self.is_empty {
            let chosen = |module: &str| {
                self.modules.is_empty() || self.modules.iter().any(|path| is_in(module, path))
            };
            for def in registered().into_iter().filter(|def| chosen(def.module)) {
                let added = Task::from(def).check().and_then(|task| core.add(task));
                problems.extend(added.err());
            }
        }
        core.lock().problems = problems;
        TaskManager::of_core(core)
    }
}

fn check(settings: &Settings) -> Vec<Error> {
    let mut problems = Vec::new();
    let mut refuse = |reason: &str| {
        problems.push(
            ErrorKind::Setting {
                reason: reason.to_owned(),
            }
            .into(),
        )
    };
    if settings.poll_interval.is_zero() {
        refuse("`poll_interval` is 0: expected more, or the loop would never sleep");
    }
    if settings.max_threads == 0 {
        refuse("`max_threads` is 0: expected at least 1, or `threaded` tasks would never run");
    }
    problems
}
