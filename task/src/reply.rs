//! One value from one thread to whoever waits for it, on a thread or in a future.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use crate::{
    executor,
    sync::{Condvar, Mutex},
};

/// The sending half. Dropping it tells that no value comes.
pub(crate) struct Reply<T> {
    shared: Arc<Shared<T>>,
}

/// The receiving half.
pub(crate) struct Awaited<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    slot: Mutex<Slot<T>>,
    filled: Condvar,
}

struct Slot<T> {
    value: Option<T>,
    /// The sending half is gone.
    closed: bool,
    waker: Option<Waker>,
}

pub(crate) fn channel<T>() -> (Reply<T>, Awaited<T>) {
    let shared = Arc::new(Shared {
        slot: Mutex::new(Slot {
            value: None,
            closed: false,
            waker: None,
        }),
        filled: Condvar::new(),
    });
    let reply = Reply {
        shared: shared.clone(),
    };
    (reply, Awaited { shared })
}

impl<T> Reply<T> {
    /// Sends the value. That nobody waits any more is no error.
    pub(crate) fn send(self, value: T) {
        self.shared.slot.lock().value = Some(value);
    }
}

impl<T> Drop for Reply<T> {
    fn drop(&mut self) {
        let mut slot = self.shared.slot.lock();
        slot.closed = true;
        let waker = slot.waker.take();
        drop(slot);
        self.shared.filled.notify_all();
        if let Some(waker) = waker {
            executor::wake(waker);
        }
    }
}

impl<T> Awaited<T> {
    /// Returns true once the wait is over.
    pub(crate) fn is_over(&self) -> bool {
        self.shared.slot.lock().closed
    }

    /// Waits for the value; `None` if none comes.
    pub(crate) fn wait(self) -> Option<T> {
        let mut slot = self.shared.slot.lock();
        // Not a lost wake-up: the slot is closed under this lock, and the
        // notification follows.
        while !slot.closed {
            self.shared.filled.wait(&mut slot);
        }
        slot.value.take()
    }
}

impl<T> Future for Awaited<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let waker = context.waker().clone();
        let mut slot = self.shared.slot.lock();
        if slot.closed {
            return Poll::Ready(slot.value.take());
        }
        let before = slot.waker.replace(waker);
        drop(slot);
        // Dropped without the lock: it is foreign code.
        drop(before);
        Poll::Pending
    }
}

impl<T> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reply")
    }
}

impl<T> fmt::Debug for Awaited<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Awaited")
    }
}
