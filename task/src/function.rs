//! The handle of a task in a manager.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use task_schedule::IntoSchedules;

use crate::{
    check::check_later,
    detail::TaskDetail,
    error::{Error, ErrorKind},
    event::Event,
    executor::Inside,
    guard::TaskCell,
    job_handle::Job,
    order::earlier,
    record::Record,
    reply,
    request::Request,
    run::Run,
    run_handle::RunHandle,
    runs::Admitted,
    scheduler::Core,
    state::State,
    telemetry::Telemetry,
};

/// A task of a manager: a handle, cheap to clone.
///
/// The handle stays valid when the task is removed, even if another one takes its
/// name: it then tells what doesn't change, has no jobs and no runs, and refuses
/// to run. What the task's closures hold is dropped with the last of its handles
/// and runs. So a task whose closure holds a handle of itself is never dropped:
/// let it look itself up by name. A handle doesn't keep the manager going.
///
/// # Example
///
/// ```
/// use task::{ManualClock, Task, TaskManager};
///
/// let clock = ManualClock::new();
/// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
/// let beat = manager.add(Task::new("beat", || ()).every("30s"))?;
///
/// beat.disable();
/// clock.advance(std::time::Duration::from_secs(30));
/// assert_eq!(manager.run_pending(), 0);
///
/// beat.enable();
/// clock.advance(std::time::Duration::from_secs(30));
/// assert_eq!(manager.run_pending(), 1);
/// assert_eq!(beat.last_run(), Some(clock.now()));
/// # Ok::<(), task::Error>(())
/// ```
#[derive(Clone)]
pub struct TaskFunction {
    pub(crate) core: Arc<Core>,
    pub(crate) cell: Arc<TaskCell>,
}

impl TaskFunction {
    pub(crate) fn new(core: &Arc<Core>, cell: &Arc<TaskCell>) -> TaskFunction {
        TaskFunction {
            core: core.clone(),
            cell: cell.clone(),
        }
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.cell.definition.name
    }

    /// Returns the tags, sorted.
    #[must_use]
    pub fn tags(&self) -> &[String] {
        &self.cell.definition.tags
    }

    /// Returns the path of the module in which the function was annotated;
    /// empty for tasks made at run time.
    #[must_use]
    pub fn module(&self) -> &str {
        self.cell.definition.written.module
    }

    /// Returns true if the body runs on a worker thread.
    #[must_use]
    pub fn is_threaded(&self) -> bool {
        self.cell.definition.threaded
    }

    /// Returns true if the body is async.
    #[must_use]
    pub fn is_async(&self) -> bool {
        self.cell.definition.is_async()
    }

    /// Returns true from the moment a run is decided on until its callbacks have
    /// returned: also while it waits for its next attempt.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.cell.is_running()
    }

    /// Returns false if fires of this task are skipped. Of a task that was removed
    /// it tells what this handle, or a clone of it, was last told.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.cell.is_enabled()
    }

    /// Has the next fires start runs again, and starts the count of `disable_after`
    /// anew. What was skipped meanwhile is not made up for.
    pub fn enable(&self) {
        let mut state = self.core.lock();
        // Under the lock, so that no run that fails just now is counted between the two.
        let was_enabled = self.cell.set_enabled(true);
        if let Some(record) = state.record_mut(&self.cell) {
            record.forgive();
            if !was_enabled {
                let task = || self.cell.definition.name.shared();
                state.announce(|| Event::Enabled { task: task() });
            }
        }
        self.core.unlock(state);
    }

    /// Has fires be skipped from now on, one that waits for the end of the run
    /// before it among them. The schedule goes on, and so does a run under way, with
    /// its further attempts.
    pub fn disable(&self) {
        let mut state = self.core.lock();
        let was_enabled = self.cell.set_enabled(false);
        if was_enabled && state.record(&self.cell).is_some() {
            state.announce(|| Event::Disabled {
                task: self.cell.definition.name.shared(),
                failures: None,
            });
        }
        self.core.unlock(state);
    }

    /// Returns one handle for each schedule of the task, in the order in which they
    /// were given; none if the task was removed.
    #[must_use]
    pub fn jobs(&self) -> Vec<Job> {
        let state = self.core.lock();
        let mut jobs = Vec::new();
        if let Some(record) = state.record(&self.cell) {
            for id in record.jobs.iter() {
                if let Some(entry) = state.jobs.get(id.0) {
                    jobs.push(Job::new(self, *id, &entry.state().timing));
                }
            }
        }
        jobs
    }

    /// Runs the task now, whatever its schedule and its condition say, and even
    /// if it is disabled.
    ///
    /// The body of a threaded task runs on a worker thread, that of an async one
    /// where its runtime is, any other on the calling thread before this returns;
    /// unless the task's `exclusive` group is busy, then it runs when that is
    /// free. The schedule is not changed by it. The task's policies hold: a
    /// failed run is retried, and what it does while the task is running is up to
    /// [`Overlap`](crate::Overlap).
    ///
    /// It works whether or not the manager is running, and also while a
    /// [`stop`](crate::TaskManager::stop) waits, which doesn't wait for runs that
    /// are asked for after it began.
    ///
    /// # Errors
    ///
    /// If the task is running and its policy lets no other run begin or wait, if
    /// it was removed, or if its manager is gone.
    ///
    /// # Example
    ///
    /// ```
    /// use task::{Task, TaskManager};
    ///
    /// let manager = TaskManager::builder().empty().build();
    /// let sync = manager.add(Task::new("sync", || "3 files".parse::<u8>()).every("day").threaded())?;
    ///
    /// let run = sync.run_now()?.wait()?;
    /// assert_eq!(run.error(), Some("invalid digit found in string"));
    /// # Ok::<(), task::Error>(())
    /// ```
    pub fn run_now(&self) -> Result<RunHandle, Error> {
        let (reply, awaited) = reply::channel();
        // Before the lock: it asks the subscriber.
        let telemetry = Telemetry::by_hand();
        let mut state = self.core.lock();
        if state.record(&self.cell).is_none() {
            return Err(self.gone(&state));
        }
        let now = self.core.clock.now();
        let control = state.control();
        let mut request = Request::new(&self.cell, None, now.wall(), Some(reply), control);
        request.telemetry = telemetry;
        let admitted = state.admit(request, now);
        let _inside = match &admitted {
            // What is told below comes from inside of the run.
            Admitted::Inline(request) => Some(Inside::enter(request.id)),
            _ => None,
        };
        self.core.unlock(state);
        match admitted {
            Admitted::Inline(request) => self.core.execute(request),
            Admitted::Accepted => {}
            Admitted::Refused(_) => {
                let name = self.name().to_owned();
                return Err(ErrorKind::AlreadyRunning { name }.into());
            }
        }
        Ok(RunHandle::new(&self.core, self.name(), awaited))
    }

    /// Gives the task a new schedule, or several, in place of all that it has,
    /// counted from now; from the next [`run`](crate::TaskManager::run), if its
    /// manager was stopped.
    ///
    /// What the task says beside its schedules stays: `timezone` and `until`, if
    /// the new one names none, `start`, `jitter` and `max_runs`, which is counted
    /// anew. Whether it is `aligned` the new one says by itself. A run under way
    /// goes on, and one that waits begins all the same.
    ///
    /// # Errors
    ///
    /// If a schedule is not valid, doesn't go with these, or can't fire any more,
    /// each of them at once; if there is none; if the task was removed, or its
    /// manager is gone. Then nothing has changed.
    ///
    /// # Example
    ///
    /// ```
    /// use task::{Task, TaskManager, every};
    ///
    /// let manager = TaskManager::builder().empty().build();
    /// let beat = manager.add(Task::new("beat", || ()).every("30s"))?;
    ///
    /// beat.reschedule("every 5m")?;
    /// beat.reschedule(every(1).day().at("10:30"))?;
    /// assert_eq!(beat.jobs()[0].schedule().to_string(), "every day at 10:30");
    ///
    /// beat.reschedule(["every 1h", "monday at 09:00"])?;
    /// assert_eq!(beat.jobs().len(), 2);
    /// # Ok::<(), task::Error>(())
    /// ```
    pub fn reschedule(&self, schedule: impl IntoSchedules) -> Result<(), Error> {
        let definition = &self.cell.definition;
        let now = self.core.clock.now();
        let timings = check_later(definition, schedule.into_schedules(), now.wall())?;
        let mut state = self.core.lock();
        if state.record(&self.cell).is_none() {
            return Err(self.gone(&state));
        }
        let now = self.core.clock.now();
        state.set_jobs(self.cell.id, timings, now);
        let task = || definition.name.shared();
        state.announce(|| Event::Rescheduled { task: task() });
        self.core.unlock(state);
        Ok(())
    }

    /// Ends all jobs of the task, for good: a stopped manager that runs again
    /// doesn't start them. A run that is under way, or waits, is not cancelled.
    ///
    /// The task stays in its manager: [`run_now`](TaskFunction::run_now) goes on
    /// working, and [`reschedule`](TaskFunction::reschedule) gives it new jobs.
    ///
    /// # Example
    ///
    /// ```
    /// use task::{Task, TaskManager};
    ///
    /// let manager = TaskManager::builder().empty().build();
    /// let beat = manager.add(Task::new("beat", || ()).every("30s"))?;
    ///
    /// beat.cancel();
    /// assert_eq!(beat.next_run(), None);
    /// assert!(beat.run_now()?.wait()?.is_success());
    ///
    /// beat.reschedule("every 1m")?;
    /// assert!(beat.next_run().is_some());
    /// # Ok::<(), task::Error>(())
    /// ```
    pub fn cancel(&self) {
        let mut state = self.core.lock();
        let jobs = state.record(&self.cell).map(|record| record.jobs.clone());
        for id in jobs.unwrap_or_default().iter().copied() {
            state.change_job(id, |job, _| job.cancel());
        }
    }

    /// Returns when the last run that ended was started.
    #[must_use]
    pub fn last_run(&self) -> Option<DateTime<Utc>> {
        self.last().map(|run| run.started_at())
    }

    /// Returns the last run that ended.
    #[must_use]
    pub fn last(&self) -> Option<Run> {
        self.core.lock().record(&self.cell)?.last()
    }

    /// Returns the last runs that ended, the oldest first: as many as
    /// [`history`](crate::Task::history) says.
    ///
    /// # Example
    ///
    /// ```
    /// use task::{ManualClock, Task, TaskManager};
    ///
    /// let clock = ManualClock::new();
    /// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    /// let beat = manager.add(Task::new("beat", || ()).every("10s").history(3))?;
    /// for _ in 0..5 {
    ///     clock.advance(std::time::Duration::from_secs(10));
    ///     manager.run_pending();
    /// }
    ///
    /// let history = beat.history();
    /// assert_eq!(history.len(), 3);
    /// assert_eq!(history[2].fire_time(), clock.now());
    /// # Ok::<(), task::Error>(())
    /// ```
    #[must_use]
    pub fn history(&self) -> Vec<Run> {
        let state = self.core.lock();
        let record = state.record(&self.cell);
        record.map_or_else(Vec::new, |record| record.runs().collect())
    }

    /// Returns when the next run comes, by the wall clock; jitter is counted in.
    ///
    /// `None` if no fire is to come, as while the manager is stopped, or the next
    /// one counts from the end of the run that is under way. Whether the task is
    /// enabled doesn't matter.
    #[must_use]
    pub fn next_run(&self) -> Option<DateTime<Utc>> {
        let state = self.core.lock();
        state.next_run(state.record(&self.cell)?)
    }

    /// Returns everything there is to know about the task.
    ///
    /// # Errors
    ///
    /// If the task was removed, or its manager is gone.
    ///
    /// # Example
    ///
    /// ```
    /// use task::{Task, TaskManager};
    ///
    /// let manager = TaskManager::builder().empty().build();
    /// let sync = Task::new("sync", || Err::<(), _>("no route")).every("30s");
    /// let sync = manager.add(sync)?;
    /// sync.run_now()?.wait()?;
    ///
    /// let detail = sync.detail()?;
    /// assert_eq!((detail.counters.ran, detail.counters.failed), (1, 1));
    ///
    /// manager.remove("sync")?;
    /// assert!(sync.detail().unwrap_err().is_unknown_task());
    /// # Ok::<(), task::Error>(())
    /// ```
    pub fn detail(&self) -> Result<TaskDetail, Error> {
        let now = self.core.clock.now();
        let state = self.core.lock();
        let record = state.record(&self.cell).ok_or_else(|| self.gone(&state))?;
        Ok(TaskDetail::new(&state, record, now))
    }

    /// Says why a task has no record: it was removed, or all of its manager is gone.
    fn gone(&self, state: &State) -> Error {
        if state.closed {
            return ErrorKind::Closed.into();
        }
        let name = self.name().to_owned();
        ErrorKind::Removed { name }.into()
    }
}

impl State {
    /// Returns when the first of a task's jobs fires next.
    pub(crate) fn next_run(&self, record: &Record) -> Option<DateTime<Utc>> {
        let mut first = None;
        for id in record.jobs.iter() {
            let job = self.jobs.get(id.0);
            let next = job.and_then(|job| job.state().next_run(&self.timeline));
            first = earlier(first, next);
        }
        first
    }
}

/// Two handles are equal if they are of the same task of the same manager.
impl PartialEq for TaskFunction {
    fn eq(&self, other: &TaskFunction) -> bool {
        Arc::ptr_eq(&self.cell, &other.cell)
    }
}

impl Eq for TaskFunction {}

impl fmt::Debug for TaskFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskFunction")
            .field("name", &self.name())
            .field("enabled", &self.is_enabled())
            .field("running", &self.is_running())
            .finish_non_exhaustive()
    }
}
