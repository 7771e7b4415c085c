//! Who drives the futures of async tasks.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

#[cfg(feature = "tokio")]
use crate::executor;

/// The future of a run, as [`TaskManagerBuilder::runtime`] is given it.
///
/// [`TaskManagerBuilder::runtime`]: crate::TaskManagerBuilder::runtime
pub type TaskFuture = Pin<Box<dyn Future<Output = ()> + Send + 'static>>;

/// An executor of futures. Where there is none, worker threads drive them.
#[derive(Clone)]
pub(crate) enum Runtime {
    Spawn(Arc<dyn Fn(TaskFuture) + Send + Sync>),
    #[cfg(feature = "tokio")]
    Tokio(tokio::runtime::Handle),
}

impl Runtime {
    /// Returns the runtime that the calling thread is inside of.
    #[cfg(feature = "tokio")]
    pub(crate) fn current() -> Option<Runtime> {
        tokio::runtime::Handle::try_current()
            .ok()
            .map(Runtime::Tokio)
    }

    #[cfg(not(feature = "tokio"))]
    pub(crate) fn current() -> Option<Runtime> {
        None
    }

    /// Has the runtime drive a future. May be foreign code.
    pub(crate) fn spawn(&self, future: TaskFuture) {
        match self {
            Runtime::Spawn(spawn) => spawn(future),
            #[cfg(feature = "tokio")]
            // It is not joined: it tells of its end itself, even if it is dropped.
            Runtime::Tokio(handle) => drop(handle.spawn(future)),
        }
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Runtime::Spawn(_) => "Spawn(..)",
            #[cfg(feature = "tokio")]
            Runtime::Tokio(_) => "Tokio(..)",
        })
    }
}

/// Returns true if other threads go on with the futures that this thread drove
/// while it is in [`blocking`].
#[cfg(feature = "tokio")]
pub(crate) fn is_shared() -> bool {
    use tokio::runtime::{Handle, RuntimeFlavor};
    Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread)
}

#[cfg(not(feature = "tokio"))]
pub(crate) fn is_shared() -> bool {
    false
}

/// Calls what blocks the thread, and lets a multi-thread runtime of tokio put
/// another thread in its place. May call it twice.
#[cfg(feature = "tokio")]
pub(crate) fn blocking(mut wait: impl FnMut()) {
    // It panics where no thread can be put in place, as inside of a `LocalSet`;
    // there it is not needed either.
    let is_done =
        is_shared() && executor::guarded(|| tokio::task::block_in_place(&mut wait)).is_ok();
    if !is_done {
        wait();
    }
}

#[cfg(not(feature = "tokio"))]
pub(crate) fn blocking(mut wait: impl FnMut()) {
    wait();
}
