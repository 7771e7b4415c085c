//! One run of a task, and how it ended.

use std::{fmt, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};

use crate::name::Name;

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "snake_case", tag = "kind", content = "message")
)]
#[non_exhaustive]
pub enum Outcome {
    /// The body returned, and not with an error.
    Succeeded,
    /// The body returned an error, or could not be started; the text is that of
    /// the error and of all its sources.
    Failed(String),
    /// The body panicked, with this message.
    Panicked(String),
    /// The body took longer than the task's timeout, whatever it returned then:
    /// an async one was dropped. The text says how long it may take.
    TimedOut(String),
    /// The body was dropped before its end, and why: its manager was stopped, a
    /// newer run took its place, or its runtime was shut down.
    Cancelled(String),
}

impl Outcome {
    /// Returns true if the body returned, in time and not with an error.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self, Outcome::Succeeded)
    }

    /// Returns true if the run failed, panicked or took too long. One that was
    /// cancelled has neither succeeded nor failed.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        match self {
            Outcome::Failed(_) | Outcome::Panicked(_) | Outcome::TimedOut(_) => true,
            Outcome::Succeeded | Outcome::Cancelled(_) => false,
        }
    }

    /// Returns the text of what went wrong.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        match self {
            Outcome::Succeeded => None,
            Outcome::Failed(message)
            | Outcome::Panicked(message)
            | Outcome::TimedOut(message)
            | Outcome::Cancelled(message) => Some(message),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Succeeded => f.write_str("succeeded"),
            Outcome::Failed(message) => write!(f, "failed: {message}"),
            Outcome::Panicked(message) => write!(f, "panicked: {message}"),
            Outcome::TimedOut(message) => write!(f, "timed out: {message}"),
            Outcome::Cancelled(message) => write!(f, "cancelled: {message}"),
        }
    }
}

/// Writes a span as a number of seconds.
#[cfg(feature = "serde")]
pub(crate) fn seconds<S: serde::Serializer>(
    span: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(span.as_secs_f64())
}

/// One execution of a task's body, with all its attempts: what callbacks are given.
///
/// # Example
///
/// ```
/// use std::sync::mpsc;
/// use task::{Run, Task, TaskManager};
///
/// let (sender, runs) = mpsc::channel();
/// let manager = TaskManager::builder().empty().build();
/// let sync = Task::new("sync", || Err::<(), _>("no route to host"))
///     .every("30s")
///     .on_failed(move |run: &Run| sender.send(run.clone()).unwrap());
/// manager.add(sync)?.run_now()?;
///
/// let run = runs.recv().unwrap();
/// assert_eq!(run.task(), "sync");
/// assert_eq!(run.error(), Some("no route to host"));
/// # Ok::<(), task::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Run {
    pub(crate) task: Name,
    pub(crate) job: Option<usize>,
    pub(crate) fire_time: DateTime<Utc>,
    pub(crate) started_at: DateTime<Utc>,
    #[cfg_attr(feature = "serde", serde(serialize_with = "seconds"))]
    pub(crate) duration: Duration,
    pub(crate) attempt: u32,
    pub(crate) outcome: Outcome,
}

impl Run {
    /// Returns the name of the task.
    #[must_use]
    pub fn task(&self) -> &str {
        &self.task
    }

    /// Returns the place of the job that gave the run among the jobs of its
    /// task, from 0; `None` for a run that was asked for by hand.
    #[must_use]
    pub fn job(&self) -> Option<usize> {
        self.job
    }

    /// Returns the instant at which the run should have started.
    ///
    /// For a run that was asked for by hand it is the instant of asking.
    #[must_use]
    pub fn fire_time(&self) -> DateTime<Utc> {
        self.fire_time
    }

    /// Returns the instant at which the body was first called, by the wall clock.
    #[must_use]
    pub fn started_at(&self) -> DateTime<Utc> {
        self.started_at
    }

    /// Returns the instant at which the body last returned: the start plus the duration.
    #[must_use]
    pub fn ended_at(&self) -> DateTime<Utc> {
        TimeDelta::from_std(self.duration)
            .ok()
            .and_then(|duration| self.started_at.checked_add_signed(duration))
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Returns how long the run took, by the monotonic clock: with retries, all
    /// attempts and the waits between them.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Returns how many attempts there were: 1, and more with retries.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns how the last attempt of the run ended.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Returns true if the body returned, in time and not with an error.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.outcome.is_success()
    }

    /// Returns the text of what went wrong: that of an error with all its
    /// sources, that of a panic.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.outcome.error()
    }
}

/// What `on_success`, `on_failed` and `on_complete` take: a function of nothing or of `&Run`.
///
/// `Marker` only tells the two apart, and is inferred.
///
/// # Example
///
/// ```
/// use task::{Run, Task};
///
/// fn cheer() {}
/// fn report(run: &Run) {
///     println!("{} took {:?}", run.task(), run.duration());
/// }
///
/// let task = Task::new("sync", || ()).every("30s").on_success(cheer).on_complete(report);
/// # drop(task);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a callback",
    label = "expected a function or closure that takes nothing or `&Run`, and returns `()`"
)]
pub trait Callback<Marker> {
    #[doc(hidden)]
    fn call(&self, run: &Run);
}

impl<F: Fn()> Callback<()> for F {
    fn call(&self, _run: &Run) {
        self();
    }
}

impl<F: Fn(&Run)> Callback<(Run,)> for F {
    fn call(&self, run: &Run) {
        self(run);
    }
}
