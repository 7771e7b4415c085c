//! The way in.

use std::{
    any::TypeId,
    collections::BTreeMap,
    fmt,
    ops::Range,
    sync::{Arc, OnceLock, Weak},
    time::Duration,
};

use chrono::{DateTime, Utc};

use crate::{
    annotated::names,
    builder::TaskManagerBuilder,
    check::check_start,
    detail::TaskDetail,
    error::{Error, ErrorKind},
    events::Events,
    executor,
    function::TaskFunction,
    health::ManagerHealth,
    indexed::Indexed,
    offload::offload,
    overridden::Overridden,
    overrides::Overrides,
    plan::{Fire, Plan},
    scheduler::Core,
    stop::Stopped,
    task::Task,
};

/// Finds the annotated tasks of the program and runs them when they are due.
///
/// A manager is a handle, cheap to clone; all clones are of the same tasks.
/// When the last one is dropped, the manager stops without waiting. Two
/// managers that are built separately share nothing.
///
/// A closure that is a task and holds a handle of its own manager keeps it going
/// for ever; let it hold a [weak one](TaskManager::downgrade).
///
/// # Example
///
/// ```standalone_crate
/// use task::{task, TaskManager};
///
/// #[task(every = "30s")]
/// fn sample() {
///     println!("syncing...");
/// }
///
/// let manager = TaskManager::new();
/// manager.run()?;
/// assert!(manager["sample"].next_run().is_some());
/// assert!(manager.stop().is_clean());
/// # Ok::<(), task::Error>(())
/// ```
pub struct TaskManager {
    handle: Arc<Handle>,
    indexed: Indexed,
}

static GLOBAL: OnceLock<TaskManager> = OnceLock::new();

/// What all clones of a manager share.
struct Handle {
    core: Arc<Core>,
    overrides: Overrides,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.core.close();
    }
}

impl TaskManager {
    /// Makes a manager of all annotated tasks, with the settings of [`TaskManager::builder`].
    ///
    /// It never fails: what is wrong with a task is reported by
    /// [`check`](TaskManager::check) and [`run`](TaskManager::run).
    #[must_use]
    pub fn new() -> TaskManager {
        TaskManager::builder().build()
    }

    /// Makes a manager with settings.
    #[must_use = "a builder does nothing until `build` is called"]
    pub fn builder() -> TaskManagerBuilder {
        TaskManagerBuilder::new()
    }

    /// Returns the manager that the helpers share, such as
    /// [`run_all_tasks`](crate::run_all_tasks). It is made at the first call, if
    /// [`build_global`](TaskManagerBuilder::build_global) has not made it before.
    #[must_use]
    pub fn global() -> &'static TaskManager {
        GLOBAL.get_or_init(TaskManager::new)
    }

    pub(crate) fn set_global(manager: TaskManager) -> Result<&'static TaskManager, Error> {
        let exists = |_| Error::from(ErrorKind::GlobalExists);
        GLOBAL.set(manager).map_err(exists)?;
        Ok(TaskManager::global())
    }

    pub(crate) fn of_core(core: Arc<Core>, overrides: Overrides) -> TaskManager {
        TaskManager {
            handle: Arc::new(Handle { core, overrides }),
            indexed: Indexed::default(),
        }
    }

    /// Returns a handle that doesn't keep the manager going: for tasks that need
    /// their manager.
    ///
    /// # Example
    ///
    /// ```
    /// use task::{Task, TaskManager};
    ///
    /// let manager = TaskManager::builder().empty().build();
    /// let weak = manager.downgrade();
    /// let count = move || {
    ///     if let Some(manager) = weak.upgrade() {
    ///         println!("{} tasks", manager.tasks().len());
    ///     }
    /// };
    /// manager.add(Task::new("count", count).every("1m"))?;
    /// # Ok::<(), task::Error>(())
    /// ```
    #[must_use]
    pub fn downgrade(&self) -> WeakTaskManager {
        WeakTaskManager {
            handle: Arc::downgrade(&self.handle),
        }
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.handle.core
    }

    /// Starts all jobs, and a thread that runs them when they are due.
    ///
    /// What counts from somewhere counts from this call: `every = "30s"` fires
    /// 30 seconds after it. Does nothing if the manager is running. After a
    /// [`stop`](TaskManager::stop) it starts everything anew.
    ///
    /// # Errors
    ///
    /// What [`check`](TaskManager::check) finds; then nothing is started. Or
    /// the operating system gave no thread.
    pub fn run(&self) -> Result<(), Error> {
        self.run_in("")
    }

    pub(crate) fn run_in(&self, module: &str) -> Result<(), Error> {
        self.check()?;
        self.core().run(module)
    }

    /// Stops: starts nothing more, tells what runs to end, and waits for it, at
    /// the longest for the builder's `stop_timeout`.
    ///
    /// Nothing fires after it until [`run`](TaskManager::run) is called again, not
    /// even what is added meanwhile. A run learns of it by its
    /// [`Context`](crate::Context); async bodies that have not ended when the time is
    /// over are dropped. Runs that wait for a worker thread, for their group or for
    /// their next attempt are cancelled.
    ///
    /// It waits until the builder's observers were told, too. Called from inside of a
    /// task or of an observer, it doesn't wait for that; two tasks
    /// that both call it wait for each other until the time is over. On a manager
    /// that was not run it does the same with what runs, and the jobs go on.
    ///
    /// Inside of async code it blocks the thread: the futures that this thread
    /// drives are dropped at once, since they could not go on. Use
    /// [`stop_async`](TaskManager::stop_async) there.
    pub fn stop(&self) -> Stopped {
        self.stop_within(self.core().settings.stop_timeout)
    }

    /// Stops as [`stop`](TaskManager::stop), and waits for so long at the longest.
    pub fn stop_within(&self, timeout: Duration) -> Stopped {
        self.core().stop("", timeout)
    }

    pub(crate) fn stop_in(&self, module: &str) -> Stopped {
        self.core().stop(module, self.core().settings.stop_timeout)
    }

    /// Stops as [`stop`](TaskManager::stop), without blocking the thread: for async code.
    ///
    /// It begins when it is first polled, and is not undone when it is dropped.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "tokio")]
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use task::{Task, TaskManager};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let manager = TaskManager::builder().empty().build();
    /// manager.add(Task::new_async("beat", || async {}).every("30s"))?;
    /// manager.run()?; // Inside of a runtime: that drives the async tasks.
    ///
    /// let stopped = manager.stop_async().await;
    /// assert!(stopped.is_clean());
    /// # Ok(())
    /// # })
    /// # }
    /// # #[cfg(not(feature = "tokio"))]
    /// # fn main() {}
    /// ```
    pub async fn stop_async(&self) -> Stopped {
        let timeout = self.core().settings.stop_timeout;
        let stopping = self.core().begin_stop("", false);
        let (core, rest) = (self.core().clone(), stopping.clone());
        let stopped = offload("task-stop", move || core.end_stop(rest, timeout)).await;
        // Without a thread for it, this one has to wait.
        stopped.unwrap_or_else(|_| self.core().end_stop(stopping, timeout))
    }

    /// Returns true if the background thread is driving the tasks.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.core().lock().main.is_running()
    }

    /// Runs every job that is due, and returns how many runs were started.
    ///
    /// For programs with a loop of their own, instead of
    /// [`run`](TaskManager::run). Jobs run in the order of their fire times,
    /// those of one instant by priority, and then by the name of their task; on this
    /// thread, unless they are `threaded` or async. A job that has missed several fires runs once, unless
    /// its task says otherwise: see [`Missed`](crate::Missed). A job that fails or
    /// panics doesn't stop the others.
    ///
    /// Python's `schedule` lets an exception end the round; here it doesn't.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use task::{ManualClock, Task, TaskManager};
    ///
    /// let clock = ManualClock::new();
    /// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    /// manager.add(Task::new("beat", || println!("beat")).every("30s"))?;
    ///
    /// assert_eq!(manager.run_pending(), 0);
    /// clock.advance(Duration::from_secs(95)); // Past 30, 60 and 90.
    /// assert_eq!(manager.run_pending(), 1);
    /// assert_eq!(manager["beat"].next_run(), Some(clock.now() + Duration::from_secs(25)));
    /// # Ok::<(), task::Error>(())
    /// ```
    pub fn run_pending(&self) -> usize {
        self.core().round(true)
    }

    /// Runs every enabled task once, now, whatever its schedule says, and
    /// waits for `delay` between one and the next. Returns how many were started.
    ///
    /// The order is that of the names. What a task does that is running is up to
    /// its policy: it is left out, unless [`Overlap`](crate::Overlap) says
    /// otherwise. The schedules are not changed by it.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use task::{Task, TaskManager};
    ///
    /// let manager = TaskManager::builder().empty().build();
    /// manager.add(Task::new("a", || ()).every("1h"))?;
    /// manager.add(Task::new("b", || ()).every("1h").disabled())?;
    ///
    /// assert_eq!(manager.run_all(Duration::ZERO), 1);
    /// assert!(manager["a"].last().is_some() && manager["b"].last().is_none());
    /// # Ok::<(), task::Error>(())
    /// ```
    pub fn run_all(&self, delay: Duration) -> usize {
        let mut started = 0;
        for task in self.list() {
            if !task.is_enabled() {
                continue;
            }
            if started > 0 && !delay.is_zero() {
                self.core().clock.sleep(delay);
            }
            // An error says that the task is running or was removed meanwhile:
            // that is what "left out" means.
            started += usize::from(task.run_now().is_ok());
            // It may be the last of a task that was removed meanwhile.
            executor::drop_guarded(task);
        }
        started
    }

    /// Waits until nothing is due, nothing runs, and the builder's observers were told
    /// of all that.
    ///
    /// Meant for tests with a [`ManualClock`](crate::ManualClock): it makes the
    /// effects of an `advance` complete, on worker threads too. If the manager
    /// is not running, it runs what is due. Called from inside of a task, it
    /// doesn't wait for that task. A run that waits for its next attempt is not
    /// waited for, since only the clock can bring that.
    ///
    /// Inside of async code it blocks the thread: use
    /// [`settle_async`](TaskManager::settle_async) there.
    ///
    /// # Example
    ///
    /// ```
    /// use task::{ManualClock, Task, TaskManager};
    ///
    /// let clock = ManualClock::new();
    /// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    /// let beat = manager.add(Task::new("beat", || ()).every("30s").threaded())?;
    /// manager.run()?;
    ///
    /// clock.advance(std::time::Duration::from_secs(30));
    /// manager.settle();
    /// assert_eq!(beat.detail()?.counters.ran, 1);
    /// # Ok::<(), task::Error>(())
    /// ```
    pub fn settle(&self) {
        self.core().settle();
    }

    /// Waits as [`settle`](TaskManager::settle), without blocking the thread: for async tests.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "tokio")]
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use task::{ManualClock, Task, TaskManager};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let clock = ManualClock::new();
    /// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    /// let beat = manager.add(Task::new_async("beat", || async {}).every("30s"))?;
    ///
    /// clock.advance(std::time::Duration::from_secs(30));
    /// manager.settle_async().await;
    /// assert!(beat.last().unwrap().is_success());
    /// # Ok(())
    /// # })
    /// # }
    /// # #[cfg(not(feature = "tokio"))]
    /// # fn main() {}
    /// ```
    pub async fn settle_async(&self) {
        let core = self.core().clone();
        core.note_runtime();
        // The thread that waits is inside of no run, but the caller may be.
        let inside = executor::inside();
        let settled = offload("task-settle", move || core.settle_from(&inside)).await;
        if settled.is_err() {
            // Without a thread for it, this one has to wait.
            self.core().settle();
        }
    }

    /// Reports every problem at once: duplicate names with both places,
    /// schedules that can't be evaluated, states that are missing, settings that
    /// can't be meant, and what a configuration says of tasks that don't exist.
    ///
    /// # Errors
    ///
    /// One error; [`Error::problems`] gives each on its own.
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = self.core().lock().problems.clone();
        problems.extend(self.handle.overrides.problems(|| self.names()));
        Error::all(problems).map_or(Ok(()), Err)
    }

    /// Returns the names of all tasks of the program: also of those that are annotated
    /// and that the manager was not to take.
    fn names(&self) -> Vec<String> {
        let mut names = names();
        let state = self.core().lock();
        names.extend(state.tasks.names().map(str::to_owned));
        names
    }

    /// Returns all tasks by name.
    #[must_use]
    #[inline] // The map is compiled by the crates that ask for it.
    pub fn tasks(&self) -> BTreeMap<String, TaskFunction> {
        let tasks = self.list().into_iter();
        tasks.map(|task| (task.name().to_owned(), task)).collect()
    }

    /// Returns all tasks in the order of their names.
    pub(crate) fn list(&self) -> Vec<TaskFunction> {
        let state = self.core().lock();
        let mut tasks = Vec::with_capacity(state.tasks.len());
        for record in state.tasks.sorted() {
            tasks.push(TaskFunction::new(self.core(), &record.cell));
        }
        tasks
    }

    /// Returns everything there is to know about all tasks, by name.
    #[must_use]
    pub fn tasks_detail(&self) -> Vec<TaskDetail> {
        let now = self.core().clock.now();
        let state = self.core().lock();
        let mut details = Vec::with_capacity(state.tasks.len());
        for record in state.tasks.sorted() {
            details.push(TaskDetail::new(&state, record, now));
        }
        details
    }

    /// Returns how the manager and each of its tasks are doing.
    #[must_use]
    #[inline] // As that of `tasks`.
    pub fn health(&self) -> ManagerHealth {
        let core = self.core();
        let settings = &core.settings;
        let polls = core.clock.real_time(settings.poll_interval);
        let state = core.lock();
        ManagerHealth::of(&state, core.clock.now(), settings.stalled_after, polls)
    }

    /// Returns what happens in the manager from now on, for whoever wants to know.
    ///
    /// The events wait until they are taken, and hold nothing up.
    #[must_use = "the events are forgotten when it is dropped"]
    pub fn subscribe(&self) -> Events {
        Events::new(self.core().lock().observers.subscribe())
    }

    /// Returns the task of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<TaskFunction> {
        let state = self.core().lock();
        state
            .tasks
            .named(name)
            .map(|record| TaskFunction::new(self.core(), &record.cell))
    }

    /// Returns the task of a name, or an error that names the nearest one.
    pub(crate) fn named(&self, name: &str) -> Result<TaskFunction, Error> {
        self.get(name).ok_or_else(|| {
            let state = self.core().lock();
            let nearest = task_schedule::nearest(name, state.tasks.names());
            ErrorKind::UnknownTask {
                name: name.to_owned(),
                nearest: nearest.map(str::to_owned),
            }
            .into()
        })
    }

    /// Returns the task of a function: each function has a type of its own, and
    /// that is what is looked for.
    ///
    /// # Errors
    ///
    /// If the function is that of no task of this manager, or of several.
    ///
    /// # Example
    ///
    /// ```standalone_crate
    /// use task::{task, TaskManager};
    ///
    /// #[task(every = "30s", name = "sync the mirrors")]
    /// fn sync() {}
    /// fn other() {}
    ///
    /// let manager = TaskManager::new();
    /// assert_eq!(manager.of(sync)?.name(), "sync the mirrors");
    /// assert!(manager.of(other).unwrap_err().is_unknown_task());
    /// # Ok::<(), task::Error>(())
    /// ```
    // By value, so that `of(sync)` reads as it does in the attribute.
    #[allow(clippy::needless_pass_by_value)]
    pub fn of<F: 'static>(&self, function: F) -> Result<TaskFunction, Error> {
        let _ = function;
        let identity = TypeId::of::<F>();
        let name = std::any::type_name::<F>();
        let state = self.core().lock();
        let found: Vec<_> = state
            .tasks
            .sorted()
            .into_iter()
            .filter(|record| record.cell.definition.written.identity == identity)
            .collect();
        match found[..] {
            [record] => Ok(TaskFunction::new(self.core(), &record.cell)),
            [] => Err(ErrorKind::NotATask { function: name }.into()),
            _ => {
                let names = found
                    .iter()
                    .map(|record| record.name().to_string())
                    .collect();
                Err(ErrorKind::AmbiguousFunction {
                    function: name,
                    names,
                }
                .into())
            }
        }
    }

    /// Returns the tasks that carry a tag, in the order of their names.
    ///
    /// # Example
    ///
    /// ```
    /// use task::{Task, TaskFunction, TaskManager};
    ///
    /// let manager = TaskManager::builder().empty().build();
    /// manager.add(Task::new("b", || ()).every("1m").tag("io"))?;
    /// manager.add(Task::new("a", || ()).every("1m").tags(["io", "net"]))?;
    ///
    /// manager.tagged("io").iter().for_each(TaskFunction::disable);
    /// assert!(!manager["a"].is_enabled() && !manager["b"].is_enabled());
    /// assert_eq!(manager.tagged("net").len(), 1);
    /// # Ok::<(), task::Error>(())
    /// ```
    #[must_use]
    pub fn tagged(&self, tag: &str) -> Vec<TaskFunction> {
        let mut tasks = self.list();
        tasks.retain(|task| task.tags().iter().any(|own| own == tag));
        tasks
    }

    /// Adds a task and starts its jobs: what counts from somewhere counts from this
    /// call. If the manager was stopped, its next [`run`](TaskManager::run) starts
    /// them with all others.
    ///
    /// # Errors
    ///
    /// Every mistake in the task, all at once, such as a state that it takes and
    /// the builder was not given. If there is none: a schedule that can't fire any
    /// more, since its date is past; a name that is taken, with both places.
    ///
    /// # Example
    ///
    /// ```
    /// use std::sync::{Arc, atomic::{AtomicUsize, Ordering}};
    /// use task::{ManualClock, Task, TaskManager};
    ///
    /// let clock = ManualClock::new();
    /// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    /// // A body is called by shared reference: what it counts is in an atomic.
    /// let beats = Arc::new(AtomicUsize::new(0));
    /// let counted = beats.clone();
    /// let beat = Task::new("beat", move || _ = counted.fetch_add(1, Ordering::Relaxed));
    /// manager.add(beat.every("30s"))?;
    ///
    /// clock.advance(std::time::Duration::from_secs(30));
    /// manager.run_pending();
    /// assert_eq!(beats.load(Ordering::Relaxed), 1);
    ///
    /// let second = Task::new("beat", || ()).every("1h");
    /// assert!(manager.add(second).unwrap_err().is_duplicate_name());
    /// # Ok::<(), task::Error>(())
    /// ```
    pub fn add(&self, mut task: Task) -> Result<TaskFunction, Error> {
        let overrides = &self.handle.overrides;
        overrides.apply(&mut task, || self.names())?;
        let (task, timings) = task.check(&self.core().states.get())?;
        let clock = &self.core().clock;
        let early = clock.now_before_lock();
        let mut past = Vec::new();
        for timing in &timings {
            let now = early.unwrap_or_else(|| clock.now()).wall();
            if let Err(error) = check_start(timing, &task.options, now) {
                let (name, place) = (task.name.to_string(), task.written.place);
                let error = Error::from(ErrorKind::Schedule { name, place, error });
                past.push(error.set_by(Overridden::places(&task.overridden)));
            }
        }
        if let Some(error) = Error::all(past) {
            return Err(error);
        }
        Ok(TaskFunction::new(
            self.core(),
            &self.core().add(task, timings, early, true)?,
        ))
    }

    /// Removes a task. An attempt that is under way goes on to its end, and none
    /// follows it; a run that waits is not started, or ends with the failure of
    /// its last attempt. Callbacks and observers are told as ever.
    ///
    /// Its name is free at once. What its closures hold is dropped with the last of
    /// its handles and runs: that may be here.
    ///
    /// # Errors
    ///
    /// If no task has the name; the message names the nearest one.
    ///
    /// # Example
    ///
    /// ```
    /// use std::sync::Arc;
    /// use task::{Task, TaskManager};
    ///
    /// let manager = TaskManager::builder().empty().build();
    /// let pool = Arc::new("connections");
    /// let held = pool.clone();
    /// manager.add(Task::new("ping", move || println!("{held}")).every("30s"))?;
    ///
    /// manager.remove("ping")?;
    /// assert_eq!(Arc::strong_count(&pool), 1);
    /// let error = manager.remove("ping").unwrap_err();
    /// assert_eq!(error.to_string(), "no task is named `ping`");
    /// # Ok::<(), task::Error>(())
    /// ```
    pub fn remove(&self, name: &str) -> Result<(), Error> {
        let task = self.named(name)?;
        self.core().remove(&task.cell);
        // It may be the last of the task.
        executor::drop_guarded(task);
        Ok(())
    }

    /// [Removes](TaskManager::remove) the tasks that carry a tag, or all tasks if
    /// it is `None`, and returns how many there were.
    ///
    /// # Example
    ///
    /// ```
    /// use task::{Task, TaskManager};
    ///
    /// let manager = TaskManager::builder().empty().build();
    /// manager.add(Task::new("a", || ()).every("1m").tag("io"))?;
    /// manager.add(Task::new("b", || ()).every("1m"))?;
    ///
    /// assert_eq!(manager.clear("io"), 1);
    /// assert_eq!(manager.clear(None), 1);
    /// # Ok::<(), task::Error>(())
    /// ```
    pub fn clear<'a>(&self, tag: impl Into<Option<&'a str>>) -> usize {
        let tasks: Vec<_> = match tag.into() {
            Some(tag) => self.tagged(tag),
            None => self.list(),
        };
        let mut removed = 0;
        for task in tasks {
            removed += usize::from(self.core().remove(&task.cell));
            // One by one: what one of them holds may panic as it goes, and that
            // is not to keep the others.
            executor::drop_guarded(task);
        }
        removed
    }

    /// Returns when the next run of any enabled task comes, by the wall clock.
    ///
    /// It is what the schedules say, whether or not something drives the manager.
    #[must_use]
    pub fn next_run(&self) -> Option<DateTime<Utc>> {
        let state = self.core().lock();
        let enabled = state.tasks.iter().filter(|record| record.cell.is_enabled());
        enabled.filter_map(|record| state.next_run(record)).min()
    }

    /// Returns how long no enabled task is due: zero when one is, `None` if
    /// none ever will be.
    ///
    /// It is the wait to the next fire by the clock that the fire follows:
    /// elapsed time for intervals, so that a stepped wall clock doesn't matter.
    /// What Python's `schedule` calls `idle_seconds`, which is negative where
    /// this is zero.
    #[must_use]
    pub fn idle(&self) -> Option<Duration> {
        let now = self.core().clock.now();
        self.core().lock().idle(now)
    }

    /// Returns the next `n` fires of all enabled tasks, in order.
    #[must_use]
    pub fn upcoming(&self, n: usize) -> Vec<Fire> {
        self.plan(DateTime::<Utc>::MIN_UTC..DateTime::<Utc>::MAX_UTC)
            .take(n)
            .collect()
    }

    /// Returns the timeline of all enabled tasks, from the start of the range
    /// up to its end, without running any.
    ///
    /// It is computed as it is asked for, so that a range may be without end.
    /// A fixed delay is shown as if its runs took no time, and later changes of
    /// the clock, the tasks and the schedules are not known to it.
    ///
    /// # Example
    ///
    /// ```
    /// use chrono::TimeDelta;
    /// use task::{ManualClock, Task, TaskManager};
    ///
    /// let clock = ManualClock::new();
    /// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    /// manager.add(Task::new("a", || ()).every("20m"))?;
    /// manager.add(Task::new("b", || ()).every("30m"))?;
    ///
    /// let hour = clock.now()..clock.now() + TimeDelta::hours(1);
    /// let names: Vec<_> = manager.plan(hour).map(|fire| fire.task().to_owned()).collect();
    /// assert_eq!(names, ["a", "b", "a"]);
    /// # Ok::<(), task::Error>(())
    /// ```
    #[must_use]
    pub fn plan(&self, range: Range<DateTime<Utc>>) -> Plan {
        let state = self.core().lock();
        Plan::new(&state, self.core().clock.now(), range)
    }
}

/// A handle that doesn't keep its manager going: see [`TaskManager::downgrade`].
#[derive(Clone)]
pub struct WeakTaskManager {
    handle: Weak<Handle>,
}

impl WeakTaskManager {
    /// Returns the manager, or `None` if its last handle was dropped.
    #[must_use]
    pub fn upgrade(&self) -> Option<TaskManager> {
        Some(TaskManager {
            handle: self.handle.upgrade()?,
            indexed: Indexed::default(),
        })
    }
}

impl fmt::Debug for WeakTaskManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakTaskManager").finish_non_exhaustive()
    }
}

impl Default for TaskManager {
    fn default() -> TaskManager {
        TaskManager::new()
    }
}

impl Clone for TaskManager {
    fn clone(&self) -> TaskManager {
        TaskManager {
            handle: self.handle.clone(),
            indexed: Indexed::default(),
        }
    }
}

/// Looks a task up by its name.
///
/// What is lent out is kept as long as this handle of the manager, even when the
/// task is removed: where tasks come and go, use [`get`](TaskManager::get).
///
/// # Panics
///
/// If no task has the name, as a map does; [`get`](TaskManager::get) doesn't.
impl std::ops::Index<&str> for TaskManager {
    type Output = TaskFunction;

    fn index(&self, name: &str) -> &TaskFunction {
        match self.named(name) {
            Ok(task) => self.indexed.keep(task),
            Err(error) => panic!("{error}"),
        }
    }
}

/// Says how many tasks there are, how many each crate gave, and whether they are driven.
impl fmt::Debug for TaskManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.core().lock();
        let crates = state.tasks_of_crates();
        f.debug_struct("TaskManager")
            .field("tasks", &state.tasks.len())
            .field("of_crates", &crates)
            .field("running", &state.main.is_running())
            .finish_non_exhaustive()
    }
}
