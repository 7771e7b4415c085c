//! How the tasks are doing, and who drives them: for people and for probes.

use std::{collections::BTreeMap, fmt, ops::Index, time::Duration};

use crate::{clock::Now, jobs::JobEntry, name::Name, record::Record, state::State};

/// How a manager is doing at one moment.
///
/// Two answers for probes: [`is_ok`](ManagerHealth::is_ok) says whether everything
/// is well, and [`is_alive`](ManagerHealth::is_alive) whether the program can go
/// on, or should be started anew. It shows itself in one line, and with the
/// feature `serde` as
/// `{"ok": true, "scheduler": {"state": "running"}, "tasks": {"sync": {"state": "ok"}}}`.
///
/// # Example
///
/// ```
/// use task::{Health, ManualClock, SchedulerHealth, Task, TaskManager};
///
/// let clock = ManualClock::new();
/// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
/// manager.add(Task::new("sync", || Err::<(), _>("no route")).every("30s"))?;
/// assert_eq!(*manager.health().scheduler(), SchedulerHealth::NotStarted);
///
/// manager.run()?;
/// assert!(manager.health().is_ok());
///
/// clock.advance(std::time::Duration::from_secs(30));
/// manager.settle();
/// let health = manager.health();
/// assert!(!health.is_ok() && health.is_alive());
/// assert_eq!(health["sync"], Health::Failing { in_a_row: 1 });
/// assert_eq!(health.to_string(), "running; sync: failing 1 in a row");
/// # Ok::<(), task::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ManagerHealth {
    ok: bool,
    scheduler: SchedulerHealth,
    tasks: BTreeMap<String, Health>,
}

impl ManagerHealth {
    #[inline]
    pub(crate) fn of(
        state: &State,
        now: Now,
        stalled_after: Duration,
        polls: Option<Duration>,
    ) -> Self {
        let scheduler = SchedulerHealth::of(state, now, stalled_after, polls);
        let mut tasks = BTreeMap::new();
        // One by one, since collecting them sorts them first: that is much to compile.
        for record in state.tasks.iter() {
            tasks.insert(record.name().to_string(), Health::of(state, record, now));
        }
        ManagerHealth {
            ok: scheduler.is_ok() && tasks.values().all(Health::is_ok),
            scheduler,
            tasks,
        }
    }

    /// Returns true if something drives the tasks, and each of them is well: for a
    /// probe that tells people.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.ok
    }

    /// Returns false if the background thread has died or stalled: for a probe
    /// that has the program started anew. Tasks that fail don't count here.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        !matches!(
            self.scheduler,
            SchedulerHealth::Died | SchedulerHealth::Stalled { .. }
        )
    }

    /// Returns who drives the tasks, and how that goes.
    #[must_use]
    pub fn scheduler(&self) -> &SchedulerHealth {
        &self.scheduler
    }

    /// Returns how each task is doing, by name.
    #[must_use]
    pub fn tasks(&self) -> &BTreeMap<String, Health> {
        &self.tasks
    }
}

/// Looks a task up by its name.
///
/// # Panics
///
/// If no task has the name, as a map does.
impl Index<&str> for ManagerHealth {
    type Output = Health;

    fn index(&self, name: &str) -> &Health {
        match self.tasks.get(name) {
            Some(health) => health,
            None => panic!("no task is named `{name}`"),
        }
    }
}

/// The state of the scheduler, and the tasks that are not well.
impl fmt::Display for ManagerHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.scheduler)?;
        for (name, health) in self.tasks.iter().filter(|(_, health)| !health.is_ok()) {
            write!(f, "; {name}: {health}")?;
        }
        Ok(())
    }
}

/// Who drives the tasks of a manager, and how that goes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case", tag = "state")
)]
#[non_exhaustive]
pub enum SchedulerHealth {
    /// Nobody yet: neither [`run`](crate::TaskManager::run) nor
    /// [`run_pending`](crate::TaskManager::run_pending) was called.
    NotStarted,
    /// The background thread.
    Running,
    /// The program, by `run_pending`. That it goes on doing so is seen by whether
    /// tasks are overdue.
    ByHand,
    /// Nobody any more: the manager was stopped.
    Stopped,
    /// The background thread, and it has not come back for longer than the
    /// builder's [`stalled_after`](crate::TaskManagerBuilder::stalled_after).
    #[non_exhaustive]
    Stalled {
        /// The task whose body holds it up; `None` if it is something else.
        task: Option<String>,
        /// For how long.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::run::seconds"))]
        duration: Duration,
    },
    /// Nobody any more: the background thread has panicked, which is a defect of
    /// this crate. `run` starts another one.
    Died,
}

impl SchedulerHealth {
    /// Returns true if something drives the tasks.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        matches!(self, SchedulerHealth::Running | SchedulerHealth::ByHand)
    }

    /// `polls` is how long the thread sleeps at the most, if it wakes by itself.
    fn of(state: &State, now: Now, stalled_after: Duration, polls: Option<Duration>) -> Self {
        let main = &state.main;
        if !main.is_running() {
            return match (main.died, main.by_hand, main.last) {
                (true, _, _) => SchedulerHealth::Died,
                (_, true, _) => SchedulerHealth::ByHand,
                (_, _, 0) => SchedulerHealth::NotStarted,
                _ => SchedulerHealth::Stopped,
            };
        }
        let duration = now.elapsed.saturating_sub(main.seen);
        let limit = match (main.sleeps, polls) {
            (false, _) => stalled_after,
            (true, Some(polls)) => stalled_after.saturating_add(polls),
            // A manual clock wakes it, and nothing is late before that.
            (true, None) => return SchedulerHealth::Running,
        };
        if duration <= limit {
            return SchedulerHealth::Running;
        }
        SchedulerHealth::Stalled {
            task: state.holds_up().map(|name| name.to_string()),
            duration,
        }
    }
}

impl fmt::Display for SchedulerHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SchedulerHealth::NotStarted => f.write_str("not started"),
            SchedulerHealth::Running => f.write_str("running"),
            SchedulerHealth::ByHand => f.write_str("driven by hand"),
            SchedulerHealth::Stopped => f.write_str("stopped"),
            SchedulerHealth::Stalled {
                task: None,
                duration,
            } => write!(f, "stalled for {duration:.0?}"),
            SchedulerHealth::Stalled {
                task: Some(task),
                duration,
            } => write!(f, "held up by {task} for {duration:.0?}"),
            SchedulerHealth::Died => f.write_str("died"),
        }
    }
}

/// How a task is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case", tag = "state")
)]
#[non_exhaustive]
pub enum Health {
    /// Nothing is wrong.
    Ok,
    /// It is running.
    Running,
    /// It is running and takes longer than its timeout.
    Stuck,
    /// Its next fire is late, by so many of its own periods (at least one) and by a
    /// second or more: nothing drives the manager, or another body holds it up.
    Overdue {
        /// Whole periods between the fire and now.
        periods: u64,
    },
    /// Its last runs have all failed, panicked or taken too long.
    Failing {
        /// How many in a row.
        in_a_row: u64,
    },
}

impl Health {
    /// Returns true for a task that is well: `Ok` or `Running`.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        matches!(self, Health::Ok | Health::Running)
    }

    pub(crate) fn of(state: &State, record: &Record, now: Now) -> Health {
        if record.cell.is_running() {
            return if state.is_stuck(record, now) {
                Health::Stuck
            } else {
                Health::Running
            };
        }
        let mut periods = None;
        for id in record.jobs.iter() {
            let job = state.jobs.get(id.0);
            periods = periods.max(job.and_then(|job| overdue(state, job, now)));
        }
        if let Some(periods) = periods {
            return Health::Overdue { periods };
        }
        match record.failures_in_a_row() {
            0 => Health::Ok,
            in_a_row => Health::Failing { in_a_row },
        }
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Health::Ok => f.write_str("ok"),
            Health::Running => f.write_str("running"),
            Health::Stuck => f.write_str("stuck past its timeout"),
            Health::Overdue { periods: 1 } => f.write_str("overdue by 1 period"),
            Health::Overdue { periods } => write!(f, "overdue by {periods} periods"),
            Health::Failing { in_a_row } => write!(f, "failing {in_a_row} in a row"),
        }
    }
}

/// Returns by how many of its periods a job's fire is late, if by one or more.
/// What fires once counts in minutes.
fn overdue(state: &State, job: &JobEntry, now: Now) -> Option<u64> {
    const ONCE: Duration = Duration::from_secs(60);
    // A healthy loop may be late by the time that a thread takes to wake.
    const LEAST: Duration = Duration::from_secs(1);
    let late = job.state().late(state.timeline.instants(now))?;
    if late < LEAST {
        return None;
    }
    let period = job.state().timing.period().unwrap_or(ONCE);
    let periods = late.as_nanos().checked_div(period.as_nanos())?;
    (periods >= 1).then(|| u64::try_from(periods).unwrap_or(u64::MAX))
}

impl State {
    /// Returns the task whose body the loop is in.
    fn holds_up(&self) -> Option<&Name> {
        self.runs.task(self.main.inside?)
    }
}
