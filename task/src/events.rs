//! Whoever wants to know what happens: the receiving end of a manager's events.

use std::{fmt, future::poll_fn, sync::Arc, task::Poll, time::Duration};

use crate::{clock::Deadline, event::Event, mailbox::Mailbox};

/// The events of a manager from the moment of
/// [`subscribe`](crate::TaskManager::subscribe) on.
///
/// They wait here until they are taken. Nothing is held up by that: when too many
/// wait, the oldest are forgotten, and the next event says how many, as
/// [`Event::Lost`]. The events end when the last handle of the manager is gone and
/// the runs that were under way have ended. As an iterator it waits for each.
///
/// # Example
///
/// ```
/// use task::{Event, ManualClock, Task, TaskManager};
///
/// let clock = ManualClock::new();
/// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
/// manager.add(Task::new("sync", || ()).every("1m"))?;
/// let events = manager.subscribe();
///
/// clock.advance(std::time::Duration::from_secs(60));
/// manager.run_pending();
/// drop(manager);
///
/// let ended = events.filter(|event| matches!(event, Event::Finished(_)));
/// assert_eq!(ended.count(), 1); // The manager is gone, so that the iterator ends.
/// # Ok::<(), task::Error>(())
/// ```
pub struct Events {
    mailbox: Arc<Mailbox>,
}

impl Events {
    pub(crate) fn new(mailbox: Arc<Mailbox>) -> Events {
        Events { mailbox }
    }

    /// Waits for the next event; `None` if none will come any more.
    #[must_use]
    pub fn recv(&self) -> Option<Event> {
        self.mailbox.take(None)
    }

    /// Waits for the next event, for so long at the longest; `None` if none came.
    #[must_use]
    pub fn recv_timeout(&self, timeout: Duration) -> Option<Event> {
        self.mailbox.take(Some(Deadline::after(timeout)))
    }

    /// Returns the next event that waits; `None` if none does.
    #[must_use]
    pub fn try_recv(&self) -> Option<Event> {
        self.mailbox.try_take()
    }

    /// Waits for the next event without blocking the thread; `None` if none will
    /// come any more. No event is lost if the future is dropped.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "tokio")]
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use task::{Event, Task, TaskManager};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let manager = TaskManager::builder().empty().build();
    /// let events = manager.subscribe();
    /// let beat = manager.add(Task::new_async("beat", || async {}).every("30s"))?;
    /// beat.run_now()?;
    ///
    /// while let Some(event) = events.recv_async().await {
    ///     if let Event::Finished(run) = event {
    ///         assert!(run.is_success());
    ///         break;
    ///     }
    /// }
    /// # Ok(())
    /// # })
    /// # }
    /// # #[cfg(not(feature = "tokio"))]
    /// # fn main() {}
    /// ```
    pub async fn recv_async(&self) -> Option<Event> {
        let mut place = Place {
            mailbox: &self.mailbox,
            id: None,
        };
        poll_fn(|context| {
            let waker = context.waker().clone();
            match place.mailbox.poll_take(&mut place.id, waker) {
                Ok(event) => Poll::Ready(event),
                Err(()) => Poll::Pending,
            }
        })
        .await
    }
}

/// A place among those who wait in async code, given up when it is dropped.
struct Place<'a> {
    mailbox: &'a Mailbox,
    id: Option<u64>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.mailbox.forget(id);
        }
    }
}

impl Iterator for Events {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        self.recv()
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.mailbox.leave();
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}
