//! A run that was asked for by hand.

use std::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
    sync::Arc,
};

use crate::{
    error::{Error, ErrorKind},
    offload::offload,
    reply::Awaited,
    run::Run,
    scheduler::Core,
};

/// A run that was asked for by hand: waited for with [`wait`](RunHandle::wait) on
/// a thread, and with `.await` in async code. Dropping it changes nothing.
///
/// # Example
///
/// ```
/// use task::{Context, Task, TaskManager};
///
/// let manager = TaskManager::builder().empty().build();
/// let flaky = |context: &Context| match context.attempt() {
///     1 => Err("no route"),
///     _ => Ok(()),
/// };
/// let flaky = manager.add(Task::new("flaky", flaky).every("1h").retry(1).backoff("1ms"))?;
///
/// // Nothing drives the manager: who waits drives the next attempt.
/// let run = flaky.run_now()?.wait()?;
/// assert_eq!(run.attempt(), 2);
/// # Ok::<(), task::Error>(())
/// ```
pub struct RunHandle {
    core: Arc<Core>,
    task: String,
    awaited: Awaited<Run>,
}

impl RunHandle {
    pub(crate) fn new(core: &Arc<Core>, task: &str, awaited: Awaited<Run>) -> RunHandle {
        RunHandle {
            core: core.clone(),
            task: task.to_owned(),
            awaited,
        }
    }

    /// Waits until the run, all its attempts and its callbacks have ended.
    ///
    /// Inside of an async runtime it blocks the thread: use `.await` there. A
    /// body that waits for a run which waits for its own end (under
    /// `overlap = "queue"`, in the same `exclusive` group, or for a worker thread
    /// when all that there may be are in such bodies) waits for ever.
    ///
    /// # Errors
    ///
    /// If the run was not started after all: the manager was stopped or the task
    /// removed before, or a newer run took its place.
    pub fn wait(self) -> Result<Run, Error> {
        let RunHandle {
            core,
            task,
            awaited,
        } = self;
        core.help_until(|| awaited.is_over());
        awaited.wait().ok_or_else(|| not_started(task))
    }
}

/// Waits as [`RunHandle::wait`], without blocking the thread.
impl IntoFuture for RunHandle {
    type Output = Result<Run, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<Run, Error>> + Send>>;

    #[inline] // Compiled by the crates that await a run, of which most programs have none.
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let is_driven = self.core.lock().main.is_running();
            if is_driven {
                let run = self.awaited.await;
                run.ok_or_else(|| not_started(self.task))
            } else {
                // Somebody has to drive what follows a failed attempt.
                let task = self.task.clone();
                let waited = offload("task-wait", move || self.wait()).await;
                waited.unwrap_or_else(|_| Err(not_started(task)))
            }
        })
    }
}

fn not_started(name: String) -> Error {
    ErrorKind::NotStarted { name }.into()
}

impl fmt::Debug for RunHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunHandle")
            .field("task", &self.task)
            .field("is_over", &self.awaited.is_over())
            .finish_non_exhaustive()
    }
}
