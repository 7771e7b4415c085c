//! How a manager is made.

use std::{sync::Arc, time::Duration};

use crate::{
    annotated::{names, registered},
    clock::{Clock, ManualClock},
    context::States,
    definition::is_in,
    error::{Error, ErrorKind},
    event::Event,
    manager::TaskManager,
    overrides::Overrides,
    runtime::{Runtime, TaskFuture},
    scheduler::Core,
    settings::Settings,
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
    states: States,
    /// The modules whose tasks are taken; all if there is none.
    modules: Vec<String>,
    is_empty: bool,
    #[cfg(feature = "config")]
    config: crate::config::Config,
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

    /// Sets how many worker threads there may be, for `threaded` tasks and for
    /// async ones that have no runtime: 32 if it isn't set.
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

    /// Sets how many of the last runs of each task are kept: 10 if it isn't set.
    /// [`Task::history`](crate::Task::history) says it for one task.
    pub fn history(mut self, runs: usize) -> TaskManagerBuilder {
        self.settings.history = runs;
        self
    }

    /// Gives the tasks a value, which they take as [`State<T>`](crate::State).
    ///
    /// There is one of each type. That a task needs one which is not given is
    /// reported by [`TaskManager::check`] and [`TaskManager::run`], and by
    /// [`TaskManager::add`].
    ///
    /// # Example
    ///
    /// ```standalone_crate
    /// use task::{State, TaskManager, task};
    ///
    /// struct Pool;
    ///
    /// #[task(every = "30s")]
    /// fn vacuum(pool: State<Pool>) {}
    ///
    /// assert!(TaskManager::builder().state(Pool).build().check().is_ok());
    /// let error = TaskManager::new().check().unwrap_err();
    /// assert!(error.is_missing_state());
    /// assert!(error.to_string().contains("`vacuum`"));
    /// ```
    pub fn state<T: Send + Sync + 'static>(mut self, value: T) -> TaskManagerBuilder {
        self.states.insert(value);
        self
    }

    /// Has `spawn` be given the futures of async tasks, whatever runtime it is of.
    ///
    /// Without it the workers drive them, or with the feature `tokio` the runtime
    /// inside of which the manager was started. A future that is dropped instead
    /// of driven ends its run, which is then cancelled.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use task::TaskManager;
    /// # mod smol {
    /// #     pub struct Task;
    /// #     impl Task {
    /// #         pub fn detach(self) {}
    /// #     }
    /// #     pub fn spawn(_: task::TaskFuture) -> Task {
    /// #         Task
    /// #     }
    /// # }
    ///
    /// let manager = TaskManager::builder()
    ///     .runtime(|future| smol::spawn(future).detach())
    ///     .build();
    /// # drop(manager);
    /// ```
    pub fn runtime(
        mut self,
        spawn: impl Fn(TaskFuture) + Send + Sync + 'static,
    ) -> TaskManagerBuilder {
        self.settings.runtime = Some(Runtime::Spawn(Arc::new(spawn)));
        self
    }

    /// Has this runtime drive the futures of async tasks, instead of the one
    /// inside of which the manager is started.
    ///
    /// # Example
    ///
    /// ```
    /// use task::{Task, TaskManager};
    ///
    /// let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    /// let manager = TaskManager::builder().empty().tokio(runtime.handle().clone()).build();
    /// let beat = manager.add(Task::new_async("beat", || tokio::task::yield_now()).every("1m"))?;
    /// assert!(beat.run_now()?.wait()?.is_success());
    /// # Ok::<(), task::Error>(())
    /// ```
    #[cfg(feature = "tokio")]
    pub fn tokio(mut self, handle: tokio::runtime::Handle) -> TaskManagerBuilder {
        self.settings.runtime = Some(Runtime::Tokio(handle));
        self
    }

    /// Has `observer` told what happens in the manager: see [`Event`]. May be
    /// called several times.
    ///
    /// It is called on a thread of its own, with one event after the other, and so
    /// holds nothing up; if it can't keep up, it misses events and is told so, as
    /// [`Event::Lost`]. [`TaskManager::settle`] waits until
    /// all has been told, and so does [`TaskManager::stop`], up to its timeout. [`TaskManager::subscribe`] is the same for who takes the
    /// events where it suits him.
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

    /// Sets how many events wait for an observer or a subscriber before the oldest are
    /// forgotten: 1,024 if it isn't set.
    pub fn event_capacity(mut self, events: usize) -> TaskManagerBuilder {
        self.settings.event_capacity = events;
        self
    }

    /// Sets for how long the background thread may be away, in a body that is not
    /// `threaded` or in a callback, before [`TaskManager::health`] says that it has stalled: 30 seconds
    /// if it isn't set.
    pub fn stalled_after(mut self, span: Duration) -> TaskManagerBuilder {
        self.settings.stalled_after = span;
        self
    }

    /// Has the loop woken as soon as the system can, for fires that are less late:
    /// false if it isn't set.
    ///
    /// On Linux a wait may end later than asked for, by default up to 50 microseconds
    /// (the thread's timer slack), so that the system can do with one wake-up what else
    /// would need several. With `true` the thread of the loop asks for 1 nanosecond
    /// instead. That costs power: its wake-ups are no longer put together with others.
    ///
    /// Only that thread is changed, not the workers, nor what calls
    /// [`run_pending`](TaskManager::run_pending). Bodies that are neither `threaded` nor
    /// async run on it: when they wait, that is as precise, and so is what threads
    /// do that they start, since threads inherit it. If the system refuses, the loop
    /// goes on without, and says so in the log (with the feature `tracing`).
    ///
    /// On other systems it does nothing, and with a [`ManualClock`], which no wait
    /// makes go on, it changes nothing either.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use task::{ManualClock, Task, TaskManager};
    ///
    /// let clock = ManualClock::new();
    /// let manager = TaskManager::builder().empty().clock(clock.clone()).precise(true).build();
    /// let beat = manager.add(Task::new("beat", || ()).every("1s"))?;
    /// manager.run()?;
    /// clock.advance(Duration::from_secs(1));
    /// manager.settle();
    /// assert_eq!(beat.detail()?.counters.ran, 1);
    /// # Ok::<(), task::Error>(())
    /// ```
    #[cfg(feature = "precise")]
    pub fn precise(mut self, precise: bool) -> TaskManagerBuilder {
        self.settings.precise = precise;
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

    /// Overrides what tasks say of themselves by files and environment variables,
    /// which are read by [`build`](TaskManagerBuilder::build). If it is called again, the last call counts.
    ///
    /// # Example
    ///
    /// ```standalone_crate
    /// use task::{Config, TaskManager, task};
    ///
    /// #[task(every = "30s")]
    /// fn sync() {}
    ///
    /// let config = Config::new().text("[tasks.snyc]\nevery = '5m'");
    /// let error = TaskManager::builder().config(config).build().check().unwrap_err();
    /// assert!(error.is_invalid_config());
    /// assert_eq!(
    ///     error.to_string(),
    ///     "no task is named `snyc`, did you mean `sync`? (`[tasks.snyc]` in `text`)",
    /// );
    /// ```
    #[cfg(feature = "config")]
    pub fn config(mut self, config: crate::config::Config) -> TaskManagerBuilder {
        self.config = config;
        self
    }

    #[cfg(feature = "config")]
    fn overrides(&mut self) -> Overrides {
        std::mem::take(&mut self.config).read()
    }

    #[cfg(not(feature = "config"))]
    fn overrides(&mut self) -> Overrides {
        Overrides
    }

    /// Makes the manager.
    ///
    /// What is wrong with the settings or a task is reported by
    /// [`TaskManager::check`] and [`TaskManager::run`].
    #[must_use]
    pub fn build(mut self) -> TaskManager {
        let overrides = self.overrides();
        let clock = self.clock.map_or_else(Clock::system, Clock::Manual);
        let mut problems = check(&self.settings, &self.states);
        let core = Core::new(clock, self.settings, self.states);
        if !self.is_empty {
            let chosen = |module: &str| {
                self.modules.is_empty() || self.modules.iter().any(|path| is_in(module, path))
            };
            let early = core.clock.now_before_lock();
            for def in registered() {
                if !chosen(def.module) {
                    continue;
                }
                let mut task = Task::from(def);
                let added = overrides
                    .apply(&mut task, names)
                    .and_then(|()| task.check(&core.states.get()))
                    .and_then(|(task, timings)| core.add(task, timings, early, false));
                // One variable that means several tasks is one problem.
                if let Some(problem) = added.err().filter(|error| !problems.contains(error)) {
                    problems.push(problem);
                }
            }
        }
        core.lock().problems = problems;
        TaskManager::of_core(core, overrides)
    }
    /// Makes the manager that the helpers share: see [`TaskManager::global`].
    ///
    /// For programs that use them and have states or settings of their own.
    ///
    /// # Errors
    ///
    /// If it was made before, since a helper was called.
    ///
    /// # Example
    ///
    /// ```standalone_crate
    /// use task::{State, TaskManager, task};
    ///
    /// #[task(every = "30s")]
    /// fn greet(name: State<String>) {}
    ///
    /// TaskManager::builder().state("world".to_owned()).build_global()?;
    /// task::run_all_tasks()?;
    /// task::stop_all_tasks();
    /// assert!(TaskManager::builder().build_global().is_err());
    /// # Ok::<(), task::Error>(())
    /// ```
    pub fn build_global(self) -> Result<&'static TaskManager, Error> {
        TaskManager::set_global(self.build())
    }
}

fn check(settings: &Settings, states: &States) -> Vec<Error> {
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
    if settings.history == 0 {
        refuse("`history` is 0: expected at least 1, since the last run is always kept");
    }
    if settings.event_capacity == 0 {
        refuse(
            "`event_capacity` is 0: expected at least 1, or no observer would be told of anything",
        );
    }
    for state in &states.repeated {
        refuse(&format!(
            "there are two states of the type `{state}`: expected one of each type"
        ));
    }
    problems
}
