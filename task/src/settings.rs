//! What a builder sets.

use std::{fmt, time::Duration};

use crate::{definition::Observer, history::USUAL, runtime::Runtime};

#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) poll_interval: Duration,
    pub(crate) max_threads: usize,
    pub(crate) stop_timeout: Duration,
    pub(crate) stack_size: Option<usize>,
    pub(crate) observers: Vec<Observer>,
    pub(crate) runtime: Option<Runtime>,
    /// How many runs of a task are kept.
    pub(crate) history: usize,
    /// How many events wait for an observer.
    pub(crate) event_capacity: usize,
    /// How long the loop may be away.
    pub(crate) stalled_after: Duration,
    /// The waits of the loop end as soon as they can.
    pub(crate) precise: bool,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("poll_interval", &self.poll_interval)
            .field("max_threads", &self.max_threads)
            .field("stop_timeout", &self.stop_timeout)
            .field("stack_size", &self.stack_size)
            .field("observers", &self.observers.len())
            .field("runtime", &self.runtime)
            .field("history", &self.history)
            .field("event_capacity", &self.event_capacity)
            .field("stalled_after", &self.stalled_after)
            .field("precise", &self.precise)
            .finish_non_exhaustive()
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            poll_interval: Duration::from_secs(1),
            max_threads: 32,
            stop_timeout: Duration::from_secs(10),
            stack_size: None,
            observers: Vec::new(),
            runtime: None,
            history: USUAL,
            event_capacity: 1024,
            stalled_after: Duration::from_secs(30),
            precise: false,
        }
    }
}
