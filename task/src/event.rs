//! What a manager says of itself.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{run::Run, skip::Skip};

/// Something that happened in a manager, for
/// [`on_event`](crate::TaskManagerBuilder::on_event).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The wall clock was stepped by a second or more: by a person, by a time
    /// server, or by a suspend of the machine on systems whose monotonic clock
    /// stands still meanwhile.
    ClockStepped {
        /// What the wall clock shows now.
        now: DateTime<Utc>,
        /// By how much it was moved; negative if it was set back.
        by: TimeDelta,
    },
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
        timeout: Duration,
    },
    /// An attempt has failed, and another one will follow.
    #[non_exhaustive]
    Retrying {
        /// The run so far, with the outcome of the attempt.
        run: Run,
        /// How long the next attempt waits.
        wait: Duration,
    },
    /// A run has ended, and so have its callbacks.
    Finished(Run),
    /// A fire has started nothing, or several were missed together.
    Skipped(Skip),
    /// A task was disabled, since so many of its runs have failed in a row.
    #[non_exhaustive]
    Disabled {
        /// The name of the task.
        task: Arc<str>,
        /// How many runs have failed in a row.
        failures: u64,
    },
}
