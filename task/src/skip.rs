//! Fires that started nothing, and why.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::name::Name;

/// Why a fire started no run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum SkipReason {
    /// Its time passed while nothing could start it: see [`Missed`](crate::Missed).
    Missed,
    /// The task was running: see [`Overlap`](crate::Overlap).
    Overlap,
    /// The task was disabled.
    Disabled,
    /// The condition of `when` was false.
    Condition,
    /// The manager was stopped, or the task removed, while the run waited for a
    /// worker thread, for its group or for another run; or the runtime of an async
    /// task was shut down before it began.
    Stopped,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SkipReason::Missed => "missed",
            SkipReason::Overlap => "overlap",
            SkipReason::Disabled => "disabled",
            SkipReason::Condition => "condition",
            SkipReason::Stopped => "stopped",
        })
    }
}

/// A fire that started no run, or several that were missed together: what
/// `on_skipped` is given.
///
/// # Example
///
/// ```
/// use std::sync::mpsc;
/// use task::{ManualClock, Skip, SkipReason, Task, TaskManager};
///
/// let (sender, skips) = mpsc::channel();
/// let clock = ManualClock::new();
/// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
/// let beat = Task::new("beat", || ())
///     .every("10s")
///     .on_skipped(move |skip: &Skip| sender.send(skip.clone()).unwrap());
/// manager.add(beat)?;
///
/// clock.advance(std::time::Duration::from_secs(35)); // Past 10, 20 and 30.
/// manager.run_pending();
/// let skip = skips.recv().unwrap();
/// assert_eq!((skip.task(), skip.reason(), skip.fires()), ("beat", SkipReason::Missed, 2));
/// # Ok::<(), task::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Skip {
    pub(crate) task: Name,
    pub(crate) job: Option<usize>,
    pub(crate) fire_time: DateTime<Utc>,
    pub(crate) reason: SkipReason,
    pub(crate) fires: u64,
}

impl Skip {
    /// Returns the name of the task.
    #[must_use]
    pub fn task(&self) -> &str {
        &self.task
    }

    /// Returns the place of the job among the jobs of its task, from 0; `None`
    /// for a run that was asked for by hand.
    #[must_use]
    pub fn job(&self) -> Option<usize> {
        self.job
    }

    /// Returns the instant at which the job should have run: the first one, of
    /// several that were missed.
    #[must_use]
    pub fn fire_time(&self) -> DateTime<Utc> {
        self.fire_time
    }

    /// Returns why nothing was started.
    #[must_use]
    pub fn reason(&self) -> SkipReason {
        self.reason
    }

    /// Returns how many fires this is about: more than one only for those that were missed.
    #[must_use]
    pub fn fires(&self) -> u64 {
        self.fires
    }
}

/// Fires that started nothing, by reason. Those that were missed have a counter of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Skipped {
    /// The task was running.
    pub overlap: u64,
    /// The task was disabled.
    pub disabled: u64,
    /// The condition of `when` was false.
    pub condition: u64,
    /// The manager was stopped, or the task removed, before the run could begin.
    pub stopped: u64,
}

/// What `on_skipped` takes: a function of nothing or of `&Skip`.
///
/// `Marker` only tells the two apart, and is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a callback for skipped fires",
    label = "expected a function or closure that takes nothing or `&Skip`, and returns `()`"
)]
pub trait SkipCallback<Marker> {
    #[doc(hidden)]
    fn call(&self, skip: &Skip);
}

impl<F: Fn()> SkipCallback<()> for F {
    fn call(&self, _skip: &Skip) {
        self();
    }
}

impl<F: Fn(&Skip)> SkipCallback<(Skip,)> for F {
    fn call(&self, skip: &Skip) {
        self(skip);
    }
}
