//! How a run under way is told to end.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use crate::{
    executor,
    sync::{AtomicBool, AtomicU8, Mutex, Ordering, ThreadId, thread},
};

/// Why a run shall end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cancel {
    /// It takes longer than its timeout. Only the attempt ends: it may be retried.
    TimedOut = 1,
    /// A newer run of its task is to take its place.
    Replaced = 2,
    /// Its manager is stopping, or is gone.
    Stopped = 3,
    /// By [`Context::cancel`](crate::Context::cancel).
    ByHand = 4,
}

impl Cancel {
    fn from_number(number: u8) -> Option<Cancel> {
        match number {
            1 => Some(Cancel::TimedOut),
            2 => Some(Cancel::Replaced),
            3 => Some(Cancel::Stopped),
            4 => Some(Cancel::ByHand),
            _ => None,
        }
    }
}

/// The cancel flag of one attempt of a run, shared between the scheduler, the
/// body's context, and the future that drives an async body.
///
/// Its mutex is a leaf: no other lock is taken while it is held.
#[derive(Default)]
pub(crate) struct Control {
    /// The number of a [`Cancel`]; 0 for none. Written under `wakers`.
    reason: AtomicU8,
    /// The future of the body shall be dropped as well. Written under `wakers`.
    abort: AtomicBool,
    wakers: Mutex<Wakers>,
    /// The thread that last drove the body's future.
    polled_on: Mutex<Option<ThreadId>>,
}

#[derive(Default)]
struct Wakers {
    last: u64,
    /// In the order of their numbers, which is mostly that in which they come.
    waiting: Vec<(u64, Waker)>,
}

/// Who waits in the future that drives the body itself.
const DRIVER: u64 = 0;

impl Wakers {
    fn place(&self, id: u64) -> Result<usize, usize> {
        self.waiting.binary_search_by_key(&id, |(id, _)| *id)
    }

    /// Adds a waker, or returns the one in whose place it comes.
    fn insert(&mut self, id: u64, waker: Waker) -> Option<Waker> {
        match self.place(id) {
            Ok(place) => Some(std::mem::replace(&mut self.waiting[place].1, waker)),
            Err(place) => {
                self.waiting.insert(place, (id, waker));
                None
            }
        }
    }

    fn remove(&mut self, id: u64) -> Option<Waker> {
        let place = self.place(id).ok()?;
        Some(self.waiting.remove(place).1)
    }
}

impl Control {
    /// Makes it as good as new, if nobody else has it.
    pub(crate) fn renew(this: &mut Arc<Control>) -> bool {
        match Arc::get_mut(this) {
            Some(control) => {
                *control = Control::default();
                true
            }
            None => false,
        }
    }

    /// Returns why the attempt shall end, once it shall.
    pub(crate) fn cancelled(&self) -> Option<Cancel> {
        // Pairs with the release in `cancel`: who sees the flag also sees what
        // was done before it was raised.
        Cancel::from_number(self.reason.load(Ordering::Acquire))
    }

    /// Raises the flag. The first reason stays, but for a time-out, which any
    /// other outdoes. To be followed by `wake`, without any lock.
    pub(crate) fn cancel(&self, reason: Cancel) {
        let _wakers = self.wakers.lock();
        if matches!(self.cancelled(), None | Some(Cancel::TimedOut)) {
            self.reason.store(reason as u8, Ordering::Release);
        }
    }

    /// Raises the flag and has the body's future be dropped.
    pub(crate) fn abort(&self, reason: Cancel) {
        self.cancel(reason);
        let _wakers = self.wakers.lock();
        self.abort.store(true, Ordering::Release);
    }

    /// Wakes everyone who waits for the flag. A waker is foreign code, which may
    /// even poll at once: no lock may be held here.
    pub(crate) fn wake(&self) {
        let waiting = std::mem::take(&mut self.wakers.lock().waiting);
        for (_, waker) in waiting {
            // Its panic must not keep the others from being woken.
            executor::wake(waker);
        }
    }

    /// Has the driver be woken by the next `wake`. Returns why its future shall
    /// be dropped, if it shall.
    pub(crate) fn poll_abort(&self, waker: &Waker) -> Option<Cancel> {
        let waker = waker.clone();
        let mut wakers = self.wakers.lock();
        // Not a lost wake-up: the flag is raised under this lock, so that it is
        // either seen here or followed by a `wake` that finds the waker.
        if self.abort.load(Ordering::Acquire) {
            return self.cancelled();
        }
        let before = wakers.insert(DRIVER, waker);
        drop(wakers);
        // Dropped without the lock: it is foreign code.
        drop(before);
        None
    }

    /// Has the driver be woken no more.
    pub(crate) fn forget_driver(&self) {
        let waker = self.wakers.lock().remove(DRIVER);
        // Dropped without the lock: it is foreign code.
        executor::drop_guarded(waker);
    }

    /// Notes that the calling thread drives the body's future.
    pub(crate) fn polled_here(&self) {
        *self.polled_on.lock() = Some(thread::current().id());
    }

    /// Returns true if the calling thread is the one that last drove the body's
    /// future: while it waits for that, perhaps nobody drives it.
    pub(crate) fn is_driven_here(&self) -> bool {
        *self.polled_on.lock() == Some(thread::current().id())
    }

    fn register(&self, id: &mut Option<u64>, waker: &Waker) -> Poll<()> {
        let waker = waker.clone();
        let mut wakers = self.wakers.lock();
        // Not a lost wake-up, for the same reason as in `poll_abort`.
        if self.cancelled().is_some() {
            return Poll::Ready(());
        }
        let id = *id.get_or_insert_with(|| {
            wakers.last += 1;
            wakers.last
        });
        let before = wakers.insert(id, waker);
        drop(wakers);
        // Dropped without the lock, as in `poll_abort`.
        drop(before);
        Poll::Pending
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control")
            .field("cancelled", &self.cancelled())
            .finish_non_exhaustive()
    }
}

/// A future that completes when a run is cancelled: see
/// [`Context::cancelled`](crate::Context::cancelled).
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct Cancelled {
    control: Arc<Control>,
    id: Option<u64>,
}

impl Cancelled {
    pub(crate) fn new(control: &Arc<Control>) -> Cancelled {
        Cancelled {
            control: control.clone(),
            id: None,
        }
    }
}

impl Future for Cancelled {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        this.control.register(&mut this.id, context.waker())
    }
}

impl Drop for Cancelled {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            let waker = self.control.wakers.lock().remove(id);
            // Dropped after the lock: a waker's drop is foreign code.
            drop(waker);
        }
    }
}
