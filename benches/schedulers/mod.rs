//! Schedulers that many jobs are put into: ours, and those of other crates.
//!
//! All get the same jobs: a body that captures one number and adds it to [`FIRED`], and an
//! interval. What a crate can't do is an error that says so.

mod driven; // Those with threads of their own.
mod ours;
mod polled; // Those that fire when they are asked to.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    thread,
    time::Duration,
};

use crate::Error;

pub use self::{
    driven::{
        DelayTimer, EasySchedule, Sacs, ScheduledThreadPool, TokioCronScheduler, TokioTimers,
    },
    ours::{Ours, OursByHand, OursRunning},
    polled::{Clokwerk, JobSchedulerNg, Skedge},
};

/// What all bodies that have run have added.
pub static FIRED: AtomicU64 = AtomicU64::new(0);

/// Makes a body.
pub fn body(value: u64) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        FIRED.fetch_add(value, Relaxed);
    }
}

/// Returns what has been added so far.
pub fn fired() -> u64 {
    FIRED.load(Relaxed)
}

/// One that jobs are put into.
pub trait Scheduler: Sized {
    /// What a job is removed by.
    type Key;

    /// Whether it fires by itself once it is started, or only in [`Scheduler::fire`].
    const IS_DRIVEN: bool;

    /// Makes an empty one.
    ///
    /// # Errors
    ///
    /// What the crate says.
    fn new() -> Result<Self, Error>;

    /// Adds a job that runs every so many whole seconds, and first so many from now.
    ///
    /// # Errors
    ///
    /// What the crate says.
    fn add(&mut self, value: u64, period: Duration) -> Result<Self::Key, Error>;

    /// Takes a job out.
    ///
    /// # Errors
    ///
    /// What the crate says, or that it can't.
    fn remove(&mut self, _key: Self::Key) -> Result<(), Error> {
        Err("it can't remove a job".into())
    }

    /// Gives a job another interval.
    ///
    /// # Errors
    ///
    /// What the crate says, or that it can't.
    fn reschedule(&mut self, _key: &Self::Key, _period: Duration) -> Result<(), Error> {
        Err("it can't reschedule a job".into())
    }

    /// Starts it, when all jobs are added.
    ///
    /// # Errors
    ///
    /// What the crate says.
    fn start(&mut self) -> Result<(), Error> {
        Ok(())
    }

    /// Lets time pass.
    fn pass(&mut self, time: Duration) {
        thread::sleep(time);
    }

    /// Runs what is due, if it doesn't do so by itself.
    fn fire(&mut self) {}
}

/// Says the name of a type that holds what has no words for itself.
macro_rules! debug {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}
use debug;
