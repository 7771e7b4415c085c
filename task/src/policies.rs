//! The run policies of one task, checked.

use std::{
    fmt,
    num::{NonZeroU64, NonZeroUsize},
    sync::Arc,
    time::Duration,
};

use crate::{backoff::Backoff, context::Context, policy::Overlap, skip::Skip};

pub(crate) type When = Arc<dyn Fn(&Context) -> bool + Send + Sync>;
pub(crate) type SkipHook = Arc<dyn Fn(&Skip) + Send + Sync>;

/// What the attribute says about runs.
#[derive(Clone, Default)]
pub(crate) struct Policies {
    pub(crate) overlap: Overlap,
    /// How many attempts may follow a failed one.
    pub(crate) retry: u32,
    pub(crate) backoff: Backoff,
    /// How long one attempt may take.
    pub(crate) timeout: Option<Duration>,
    pub(crate) when: Option<When>,
    pub(crate) disable_after: Option<NonZeroU64>,
    pub(crate) exclusive: Arc<[Arc<str>]>,
    pub(crate) priority: i32,
    /// How many runs are kept; as the builder says if it isn't set.
    pub(crate) history: Option<NonZeroUsize>,
    pub(crate) on_skipped: Option<SkipHook>,
}

impl fmt::Debug for Policies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policies")
            .field("overlap", &self.overlap)
            .field("retry", &self.retry)
            .field("backoff", &self.backoff)
            .field("timeout", &self.timeout)
            .field("disable_after", &self.disable_after)
            .field("exclusive", &self.exclusive)
            .field("priority", &self.priority)
            .field("history", &self.history)
            .finish_non_exhaustive()
    }
}
