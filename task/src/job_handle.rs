//! The handle of a job.

use std::fmt;

use chrono::{DateTime, Local, SubsecRound, Utc};
use task_schedule::Schedule;

use crate::{function::TaskFunction, job::JobId, jobs::JobEntry, timing::Timing};

/// One schedule of a task with its own state: a handle, cheap to clone.
///
/// It shows itself in one line, with local times.
///
/// # Example
///
/// ```
/// use task::{ManualClock, Task, TaskManager};
///
/// let clock = ManualClock::new();
/// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
/// let beat = manager.add(Task::new("beat", || ()).every("30s").every("day at 10:30"))?;
///
/// let jobs = beat.jobs();
/// assert_eq!(jobs.len(), 2);
/// assert_eq!(jobs[0].next_run(), Some(clock.now() + chrono::TimeDelta::seconds(30)));
/// assert!(jobs[0].to_string().starts_with("Every 30 seconds do beat (last run: [never], next run: "));
///
/// jobs[0].cancel();
/// assert!(jobs[0].is_ended());
/// # Ok::<(), task::Error>(())
/// ```
#[derive(Clone)]
pub struct Job {
    task: TaskFunction,
    id: JobId,
    schedule: Schedule,
}

impl Job {
    pub(crate) fn new(task: &TaskFunction, id: JobId, timing: &Timing) -> Job {
        Job {
            task: task.clone(),
            id,
            schedule: timing.schedule().into_owned(),
        }
    }

    /// Returns the task that the job is of.
    #[must_use]
    pub fn task(&self) -> &TaskFunction {
        &self.task
    }

    /// Returns the schedule.
    #[must_use]
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// Returns when the last run that this job gave, and that has ended, was started.
    #[must_use]
    pub fn last_run(&self) -> Option<DateTime<Utc>> {
        self.look(|entry| entry.state().last_run)?
    }

    /// Returns when the job fires next, by the wall clock; jitter is counted in.
    ///
    /// `None` if it has ended, its manager is stopped, or the next fire counts from
    /// the end of the run that is under way.
    #[must_use]
    pub fn next_run(&self) -> Option<DateTime<Utc>> {
        let state = self.task.core.lock();
        state.jobs.get(self.id.0)?.state().next_run(&state.timeline)
    }

    /// Returns how many runs the job has started; 0 if it is gone.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.look(|entry| entry.state().runs).unwrap_or(0)
    }

    /// Returns true if the job will not fire any more: it was cancelled, has
    /// had its last fire, or is gone, since its task was removed or rescheduled.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.look(|entry| entry.state().is_ended()).unwrap_or(true)
    }

    /// Ends the job, for good. A run of it that is under way, or waits, goes on, and
    /// so do the other jobs of its task.
    pub fn cancel(&self) {
        self.task
            .core
            .lock()
            .change_job(self.id, |job, _| job.cancel());
    }

    fn look<T>(&self, look: impl FnOnce(&JobEntry) -> T) -> Option<T> {
        self.task.core.lock().jobs.get(self.id.0).map(look)
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |time: Option<DateTime<Utc>>| match time {
            Some(time) => {
                let local = time.with_timezone(&Local).naive_local();
                local.trunc_subsecs(0).to_string()
            }
            None => "[never]".to_owned(),
        };
        write!(
            f,
            "{} do {} (last run: {}, next run: {})",
            self.schedule.describe(),
            self.task.name(),
            time(self.last_run()),
            time(self.next_run())
        )
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("task", &self.task.name())
            .field("schedule", &self.schedule.to_string())
            .field("next_run", &self.next_run())
            .finish_non_exhaustive()
    }
}
