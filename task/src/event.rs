//! What a manager says of itself.

use chrono::{DateTime, TimeDelta, Utc};

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
}
