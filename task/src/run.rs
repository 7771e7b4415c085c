//! One run of a task, and how it ended.

use std::{any::Any, fmt, ops::ControlFlow, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};

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
    /// The body returned an error, or could not be started; the text says which.
    Failed(String),
    /// The body panicked, with this message.
    Panicked(String),
}

impl Outcome {
    /// Returns true unless the run failed or panicked.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self, Outcome::Succeeded)
    }

    /// Returns the text of the error or of the panic.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        match self {
            Outcome::Succeeded => None,
            Outcome::Failed(message) | Outcome::Panicked(message) => Some(message),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Succeeded => f.write_str("succeeded"),
            Outcome::Failed(message) => write!(f, "failed: {message}"),
            Outcome::Panicked(message) => write!(f, "panicked: {message}"),
        }
    }
}

/// One execution of a task's body: what callbacks are given.
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
pub struct Run {
    pub(crate) task: Arc<str>,
    pub(crate) fire_time: DateTime<Utc>,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) duration: Duration,
    pub(crate) outcome: Outcome,
}

impl Run {
    /// Returns the name of the task.
    #[must_use]
    pub fn task(&self) -> &str {
        &self.task
    }

    /// Returns the instant at which the run should have started.
    ///
    /// For a run that was asked for by hand it is the instant of asking.
    #[must_use]
    pub fn fire_time(&self) -> DateTime<Utc> {
        self.fire_time
    }

    /// Returns the instant at which the body was called, by the wall clock.
    #[must_use]
    pub fn started_at(&self) -> DateTime<Utc> {
        self.started_at
    }

    /// Returns the instant at which the body returned: the start plus the duration.
    #[must_use]
    pub fn ended_at(&self) -> DateTime<Utc> {
        TimeDelta::from_std(self.duration)
            .ok()
            .and_then(|duration| self.started_at.checked_add_signed(duration))
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Returns how long the body took, by the monotonic clock.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Returns how the run ended.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Returns true unless the run failed or panicked.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.outcome.is_success()
    }

    /// Returns the text of the error or of the panic.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.outcome.error()
    }
}

/// What a body returned, as the executor needs it.
#[derive(Debug)]
pub enum Ending {
    /// It did its work.
    Done,
    /// It did its work, and its job shall not fire again.
    Cancel,
    /// It failed, with this text.
    Failed(String),
}

/// What the body of a task may return.
///
/// - `()`: the run succeeded.
/// - `Result<T, E>` with any `E` that can be displayed: `Err` is a failed run
///   with that text. The value of `Ok` is dropped, unless it is a `ControlFlow<()>`.
/// - `ControlFlow<()>`: `Break` is a run that succeeded and cancels its job, as
///   returning `CancelJob` does in Python's `schedule`.
///
/// The trait is sealed in effect: it has no public method to call.
///
/// # Example
///
/// ```
/// use std::ops::ControlFlow;
/// use task::{ManualClock, Task, TaskManager};
///
/// let clock = ManualClock::new();
/// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
/// let once = manager.add(Task::new("once", || ControlFlow::Break(())).every("1s"))?;
///
/// clock.advance(std::time::Duration::from_secs(1));
/// assert_eq!(manager.run_pending(), 1);
/// assert_eq!(once.next_run(), None);
/// # Ok::<(), task::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a task can't return `{Self}`",
    label = "expected `()`, `Result<T, E>`, `ControlFlow<()>` or `Result<ControlFlow<()>, E>`",
    note = "the error type of a `Result` must implement `Display`"
)]
pub trait TaskResult {
    #[doc(hidden)]
    fn ending(self) -> Ending;
}

impl TaskResult for () {
    fn ending(self) -> Ending {
        Ending::Done
    }
}

impl TaskResult for ControlFlow<()> {
    fn ending(self) -> Ending {
        match self {
            ControlFlow::Continue(()) => Ending::Done,
            ControlFlow::Break(()) => Ending::Cancel,
        }
    }
}

impl<T: 'static, E: fmt::Display> TaskResult for Result<T, E> {
    fn ending(self) -> Ending {
        match self {
            Ok(value) => match (&value as &dyn Any).downcast_ref::<ControlFlow<()>>() {
                Some(flow) => (*flow).ending(),
                None => Ending::Done,
            },
            // The alternate form is where `anyhow` and its kin show the whole chain.
            Err(error) => Ending::Failed(format!("{error:#}")),
        }
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
