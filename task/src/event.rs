//! What a manager says of itself.

use std::{fmt, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{run::Run, skip::Skip};

/// Something that happened in a manager, for
/// [`subscribe`](crate::TaskManager::subscribe) and
/// [`on_event`](crate::TaskManagerBuilder::on_event).
///
/// Events come in the order in which things happened. How a run failed is in the
/// outcome of [`Finished`](Event::Finished); that fires were missed is a reason of
/// [`Skipped`](Event::Skipped). An event shows itself in one line.
///
/// # Example
///
/// ```
/// use task::{Event, Task, TaskManager};
///
/// let manager = TaskManager::builder().empty().build();
/// let events = manager.subscribe();
/// let sync = manager.add(Task::new("sync", || Err::<(), _>("no route")).every("1m"))?;
/// sync.run_now()?;
///
/// let told: Vec<String> = std::iter::from_fn(|| events.try_recv())
///     .map(|event| event.to_string())
///     .collect();
/// assert_eq!(told[0], "sync was added");
/// assert_eq!(told[1], "sync has begun");
/// assert!(told[2].starts_with("sync failed: no route (after "));
/// # Ok::<(), task::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case", tag = "event")
)]
#[non_exhaustive]
pub enum Event {
    /// An attempt of a run begins: its body is about to be called.
    #[non_exhaustive]
    Started {
        /// The name of the task.
        task: Arc<str>,
        /// The place of the job among those of its task; `None` for a run by hand.
        job: Option<usize>,
        /// When the run should have started.
        fire_time: DateTime<Utc>,
        /// 1, and more after a retry.
        attempt: u32,
    },
    /// A run takes longer than its timeout. Its body is dropped if it is async,
    /// and told to end otherwise.
    #[non_exhaustive]
    TimedOut {
        /// The name of the task.
        task: Arc<str>,
        /// The place of the job among those of its task; `None` for a run by hand.
        job: Option<usize>,
        /// When the run should have started.
        fire_time: DateTime<Utc>,
        /// The attempt that takes too long.
        attempt: u32,
        /// How long it may take.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::run::seconds"))]
        timeout: Duration,
    },
    /// An attempt has failed, and another one will follow.
    #[non_exhaustive]
    Retrying {
        /// The run so far, with the outcome of the attempt.
        run: Run,
        /// How long the next attempt waits.
        #[cfg_attr(feature = "serde", serde(serialize_with = "crate::run::seconds"))]
        wait: Duration,
    },
    /// A run has ended, and so have its callbacks.
    Finished(Run),
    /// A fire has started nothing, or several were missed together.
    Skipped(Skip),
    /// The fires of a task start runs again.
    #[non_exhaustive]
    Enabled {
        /// The name of the task.
        task: Arc<str>,
    },
    /// The fires of a task are skipped from now on.
    #[non_exhaustive]
    Disabled {
        /// The name of the task.
        task: Arc<str>,
        /// How many of its runs have failed in a row, if that was the reason:
        /// see [`Task::disable_after`](crate::Task::disable_after).
        failures: Option<u64>,
    },
    /// A task was added while the program runs.
    #[non_exhaustive]
    Added {
        /// The name of the task.
        task: Arc<str>,
    },
    /// A task was removed. A run of it that is under way still tells its end.
    #[non_exhaustive]
    Removed {
        /// The name of the task.
        task: Arc<str>,
    },
    /// A task was given another schedule.
    #[non_exhaustive]
    Rescheduled {
        /// The name of the task.
        task: Arc<str>,
    },
    /// The wall clock was stepped by a second or more: by a person, by a time
    /// server, or by a suspend of the machine on systems whose monotonic clock
    /// stands still meanwhile.
    ClockStepped {
        /// What the wall clock shows now.
        now: DateTime<Utc>,
        /// By how much it was moved; negative if it was set back.
        #[cfg_attr(feature = "serde", serde(serialize_with = "signed_seconds"))]
        by: TimeDelta,
    },
    /// The background thread was started.
    #[non_exhaustive]
    LoopStarted {
        /// How many tasks the manager has.
        tasks: usize,
    },
    /// The background thread has come to its end, as a stop wanted. When the last handle of
    /// the manager is dropped, the events end before that.
    LoopStopped,
    /// The background thread has come to its end by a panic, which is a defect of
    /// this crate; nothing fires until [`run`](crate::TaskManager::run) is called again.
    LoopDied,
    /// So many events were lost before the next one, since whoever takes them is
    /// too slow: see [`event_capacity`](crate::TaskManagerBuilder::event_capacity).
    Lost {
        /// How many.
        events: u64,
    },
}

impl Event {
    /// Returns the name of the task that the event is about.
    #[must_use]
    pub fn task(&self) -> Option<&str> {
        match self {
            Event::Started { task, .. }
            | Event::TimedOut { task, .. }
            | Event::Enabled { task }
            | Event::Disabled { task, .. }
            | Event::Added { task }
            | Event::Removed { task }
            | Event::Rescheduled { task } => Some(task),
            Event::Retrying { run, .. } | Event::Finished(run) => Some(run.task()),
            Event::Skipped(skip) => Some(skip.task()),
            Event::ClockStepped { .. }
            | Event::LoopStarted { .. }
            | Event::LoopStopped
            | Event::LoopDied
            | Event::Lost { .. } => None,
        }
    }
}

/// One line for people.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Started {
                task, attempt: 1, ..
            } => write!(f, "{task} has begun"),
            Event::Started { task, attempt, .. } => {
                write!(f, "{task} has begun its attempt {attempt}")
            }
            Event::TimedOut { task, timeout, .. } => {
                let timeout = task_schedule::span_text(*timeout);
                write!(f, "{task} takes longer than {timeout}")
            }
            Event::Retrying { run, wait } => write!(
                f,
                "{} {}; the next attempt comes in {wait:.1?}",
                run.task(),
                run.outcome()
            ),
            Event::Finished(run) => write!(
                f,
                "{} {} (after {:.1?})",
                run.task(),
                run.outcome(),
                run.duration()
            ),
            Event::Skipped(skip) if skip.fires() == 1 => {
                write!(f, "{} skipped a fire: {}", skip.task(), skip.reason())
            }
            Event::Skipped(skip) => write!(
                f,
                "{} skipped {} fires: {}",
                skip.task(),
                skip.fires(),
                skip.reason()
            ),
            Event::Enabled { task } => write!(f, "{task} was enabled"),
            Event::Disabled {
                task,
                failures: None,
            } => write!(f, "{task} was disabled"),
            Event::Disabled {
                task,
                failures: Some(failures),
            } => {
                let s = if *failures == 1 { "" } else { "s in a row" };
                write!(f, "{task} was disabled after {failures} failure{s}")
            }
            Event::Added { task } => write!(f, "{task} was added"),
            Event::Removed { task } => write!(f, "{task} was removed"),
            Event::Rescheduled { task } => write!(f, "{task} was rescheduled"),
            Event::ClockStepped { by, .. } => {
                write!(f, "the wall clock was stepped by {} s", by.as_seconds_f64())
            }
            Event::LoopStarted { tasks: 1 } => f.write_str("the loop has started with 1 task"),
            Event::LoopStarted { tasks } => write!(f, "the loop has started with {tasks} tasks"),
            Event::LoopStopped => f.write_str("the loop has stopped"),
            Event::LoopDied => f.write_str("the loop has died"),
            Event::Lost { events: 1 } => f.write_str("1 event was lost"),
            Event::Lost { events } => write!(f, "{events} events were lost"),
        }
    }
}

#[cfg(feature = "serde")]
fn signed_seconds<S: serde::Serializer>(
    span: &TimeDelta,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(span.as_seconds_f64())
}
