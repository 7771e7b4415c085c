//! A schedule as a job keeps it: small for what most jobs have.

use std::{borrow::Cow, num::NonZeroU64, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use task_schedule::{Basis, Schedule, interval_next_after};

/// A schedule, and what the job asks it without its limit, which the job keeps by
/// itself.
#[derive(Clone, Debug)]
pub(crate) enum Timing {
    /// A plain interval, of so many nanoseconds, without a limit.
    Every(NonZeroU64),
    Other(Arc<Other>),
}

#[derive(Debug)]
pub(crate) struct Other {
    schedule: Schedule,
    /// The same without its limit.
    endless: Schedule,
}

impl Other {
    pub(crate) fn schedule(&self) -> &Schedule {
        &self.schedule
    }
}

impl Timing {
    /// Makes that of a schedule, which is large and so stays where it is.
    pub(crate) fn new(schedule: &Schedule) -> Timing {
        match schedule.plain_interval() {
            Some(nanos) => Timing::Every(nanos),
            None => Timing::Other(Arc::new(Other {
                endless: schedule.without_limit(),
                schedule: schedule.clone(),
            })),
        }
    }

    /// Returns the schedule.
    pub(crate) fn schedule(&self) -> Cow<'_, Schedule> {
        match self {
            Timing::Every(nanos) => Cow::Owned(Schedule::of_nanos(*nanos)),
            Timing::Other(other) => Cow::Borrowed(&other.schedule),
        }
    }

    /// Returns the schedule without its limit.
    pub(crate) fn endless(&self) -> Cow<'_, Schedule> {
        match self {
            Timing::Every(nanos) => Cow::Owned(Schedule::of_nanos(*nanos)),
            Timing::Other(other) => Cow::Borrowed(&other.endless),
        }
    }

    /// Returns the first fire after `after`, whatever the limit.
    pub(crate) fn next_after(
        &self,
        seed: u64,
        anchor: DateTime<Utc>,
        after: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        match self {
            Timing::Every(nanos) => interval_next_after(*nanos, anchor, after),
            Timing::Other(other) => other.endless.next_after_seeded(seed, anchor, after),
        }
    }

    pub(crate) fn basis(&self) -> Basis {
        match self {
            Timing::Every(_) => Basis::Elapsed,
            Timing::Other(other) => other.schedule.basis(),
        }
    }

    pub(crate) fn is_delay(&self) -> bool {
        matches!(self, Timing::Other(other) if other.schedule.is_delay())
    }

    pub(crate) fn is_once(&self) -> bool {
        matches!(self, Timing::Other(other) if other.schedule.is_once())
    }

    pub(crate) fn period(&self) -> Option<Duration> {
        match self {
            Timing::Every(nanos) => Some(Duration::from_nanos(nanos.get())),
            Timing::Other(other) => other.schedule.period(),
        }
    }
}
