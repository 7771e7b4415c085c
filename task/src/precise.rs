//! How soon the system ends the waits of the loop's thread (feature `precise`): all
//! that is known of timer slack. So threads are started here: they would inherit it.

use std::{cell::Cell, io, time::Duration};

use crate::{
    scheduler::Core,
    sync::{thread, thread_local},
    telemetry,
};

thread_local! {
    /// This is the thread of a loop whose waits end as soon as they can.
    static IS_PRECISE: Cell<bool> = const { Cell::new(false) };
}

impl Core {
    /// Has the waits of this thread, which is the loop's, end as soon as they can, if
    /// the builder wants it. No lock is held here: who logs is foreign.
    pub(crate) fn be_precise(&self) {
        // On a manual clock a wait is ended by a call, not by time.
        if !self.settings.precise || self.clock.real_time(Duration::ZERO).is_none() {
            return;
        }
        match slack::set_least() {
            Ok(()) => IS_PRECISE.with(|is_precise| is_precise.set(true)),
            Err(reason) => telemetry::imprecise(&reason),
        }
    }
}

/// Starts a thread, which nobody joins. The start is compiled once for all of them, so
/// what they do comes in a box.
pub(crate) fn start(
    name: &str,
    stack_size: Option<usize>,
    work: Box<dyn FnOnce() + Send>,
) -> io::Result<()> {
    let mut builder = thread::Builder::new().name(name.to_owned());
    if let Some(bytes) = stack_size {
        builder = builder.stack_size(bytes);
    }
    start_usual(|| builder.spawn(work)).map(drop)
}

/// Starts a thread by `spawn`, with the usual slack even if this thread is a precise
/// loop's: a thread inherits that of the one which starts it, and would keep it.
fn start_usual<T>(spawn: impl FnOnce() -> T) -> T {
    if !IS_PRECISE.with(Cell::get) {
        return spawn();
    }
    // Whether it succeeds need not be looked at: on this thread it has, and what comes
    // of a refusal is a thread that wakes too soon, or a loop that wakes as usual.
    let _ = slack::set_usual();
    let started = spawn();
    let _ = slack::set_least();
    started
}

#[cfg(all(feature = "precise", target_os = "linux"))]
mod slack {
    use std::num::NonZeroU64;

    use rustix::thread::set_current_timer_slack;

    /// One nanosecond. Zero would mean the usual one.
    pub(super) fn set_least() -> Result<(), String> {
        set(Some(NonZeroU64::MIN))
    }

    /// What the thread had when it was started.
    pub(super) fn set_usual() -> Result<(), String> {
        set(None)
    }

    fn set(nanoseconds: Option<NonZeroU64>) -> Result<(), String> {
        set_current_timer_slack(nanoseconds).map_err(|error| error.to_string())
    }
}

/// Nothing to set, or nobody who asks for it.
#[cfg(not(all(feature = "precise", target_os = "linux")))]
mod slack {
    pub(super) fn set_least() -> Result<(), String> {
        Ok(())
    }

    pub(super) fn set_usual() -> Result<(), String> {
        Ok(())
    }
}
