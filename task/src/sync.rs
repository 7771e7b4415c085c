//! Locks, condition variables, atomics and threads, from one place: the real
//! ones, or under `--cfg task_model` those of the model checker.

#[cfg(not(task_model))]
pub(crate) use real::*;

#[cfg(task_model)]
pub(crate) use model::*;

#[cfg(not(task_model))]
mod real {
    pub(crate) use std::{
        sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering},
        thread::{self, ThreadId},
        thread_local,
    };

    pub(crate) use parking_lot::{Condvar, Mutex, MutexGuard};
}

/// The interface of `parking_lot` over `shuttle`, as far as this crate uses it.
///
/// A wait for a span never times out: what only that would heal is found as a
/// deadlock. A wait up to an instant, which is how a stop gives up, may time out
/// at any moment. Every atomic is sequentially consistent, whatever it asks for.
#[cfg(task_model)]
mod model {
    use std::{
        ops::{Deref, DerefMut},
        time::{Duration, Instant},
    };

    use shuttle::rand::{Rng, thread_rng};

    pub(crate) use shuttle::{
        sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering},
        thread::{self, ThreadId},
        thread_local,
    };

    #[derive(Debug, Default)]
    pub(crate) struct Mutex<T>(shuttle::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub(crate) fn new(value: T) -> Mutex<T> {
            Mutex(shuttle::sync::Mutex::new(value))
        }

        pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
            MutexGuard {
                mutex: &self.0,
                guard: Some(lock(&self.0)),
            }
        }
    }

    fn lock<T>(mutex: &shuttle::sync::Mutex<T>) -> shuttle::sync::MutexGuard<'_, T> {
        mutex
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    #[derive(Debug)]
    pub(crate) struct MutexGuard<'a, T> {
        mutex: &'a shuttle::sync::Mutex<T>,
        /// Empty only within the methods of `Condvar`.
        guard: Option<shuttle::sync::MutexGuard<'a, T>>,
    }

    impl<T> Deref for MutexGuard<'_, T> {
        type Target = T;

        fn deref(&self) -> &T {
            self.guard.as_ref().expect("a guard outside of a wait")
        }
    }

    impl<T> DerefMut for MutexGuard<'_, T> {
        fn deref_mut(&mut self) -> &mut T {
            self.guard.as_mut().expect("a guard outside of a wait")
        }
    }

    #[derive(Debug, Default)]
    pub(crate) struct Condvar(shuttle::sync::Condvar);

    pub(crate) struct WaitTimeoutResult(bool);

    impl WaitTimeoutResult {
        pub(crate) fn timed_out(&self) -> bool {
            self.0
        }
    }

    impl Condvar {
        pub(crate) fn new() -> Condvar {
            Condvar::default()
        }

        pub(crate) fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
            let inner = guard.guard.take().expect("a guard outside of a wait");
            let inner = self.0.wait(inner);
            guard.guard = Some(inner.unwrap_or_else(|poisoned| poisoned.into_inner()));
        }

        pub(crate) fn wait_for<T>(&self, guard: &mut MutexGuard<'_, T>, _: Duration) {
            self.wait(guard);
        }

        pub(crate) fn wait_until<T>(
            &self,
            guard: &mut MutexGuard<'_, T>,
            _: Instant,
        ) -> WaitTimeoutResult {
            // The others get a turn; then the time is over, or it was a spurious wake-up.
            guard.guard = None;
            thread::yield_now();
            guard.guard = Some(lock(guard.mutex));
            WaitTimeoutResult(thread_rng().gen_bool(0.1))
        }

        pub(crate) fn notify_one(&self) {
            self.0.notify_one();
        }

        pub(crate) fn notify_all(&self) {
            self.0.notify_all();
        }
    }
}
