//! The futures of async tasks: given to a runtime, or driven by a worker.

use std::{
    cell::Cell,
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    task::{self, Poll, Wake, Waker},
};

use crate::{
    body::EndingFuture,
    control::Cancel,
    executor::{self, Attempt, Inside},
    plain::Ready,
    request::Request,
    run::Outcome,
    runtime::Runtime,
    scheduler::Core,
    skip::SkipReason,
    sync::{Condvar, Mutex, thread_local},
};

thread_local! {
    /// The thread is giving runs to a runtime.
    static SPAWNS: Cell<bool> = const { Cell::new(false) };
}

impl Core {
    /// Gives the runs of async tasks that wait for it to a runtime, or to the
    /// workers if there is none.
    pub(crate) fn spawn(self: &Arc<Self>) {
        // A runtime that has been shut down drops what it is given, which ends a
        // run and may start the next one: that one is found by the loop below,
        // and not by a call within a call within a call.
        if !SPAWNS.with(Cell::get) {
            self.spawn_all();
        }
    }

    /// Does it even so, since the calling thread is about to wait: perhaps it is
    /// its own call further out that would serve them.
    pub(crate) fn spawn_all(self: &Arc<Self>) {
        let was_spawning = SPAWNS.with(|spawns| spawns.replace(true));
        loop {
            let mut state = self.lock();
            let Some(request) = state.runs.spawn.pop_front() else {
                break;
            };
            let runtime = self.settings.runtime.clone();
            let runtime = runtime.or_else(|| state.runtime.clone());
            match runtime.or_else(Runtime::current) {
                Some(runtime) => {
                    drop(state);
                    let driven = Driven::new(self, request);
                    // If the spawner panics, the future is dropped, which ends
                    // the run; the panic hook has printed the message.
                    let _ = executor::guarded(|| runtime.spawn(Box::pin(driven)));
                }
                None => {
                    state.push_ready(Ready::Other(request));
                    self.unlock(state);
                }
            }
        }
        SPAWNS.with(|spawns| spawns.set(was_spawning));
    }

    /// Drives the future of a run on this thread.
    pub(crate) fn block_on(self: &Arc<Self>, request: Request) {
        let signal = Arc::new(Signal::default());
        let waker = Waker::from(signal.clone());
        let mut context = task::Context::from_waker(&waker);
        let mut driven = pin!(Driven::new(self, request));
        while driven.as_mut().poll(&mut context).is_pending() {
            signal.wait();
        }
    }
}

/// The future that drives the body of one attempt, and ends the run even if it is
/// dropped before.
struct Driven {
    core: Arc<Core>,
    /// `None` once the attempt has ended.
    request: Option<Request>,
    /// `None` before the first poll.
    body: Option<EndingFuture>,
}

impl Driven {
    fn new(core: &Arc<Core>, request: Request) -> Driven {
        Driven {
            core: core.clone(),
            request: Some(request),
            body: None,
        }
    }

    /// Drops the body, which may be foreign code, and tells how the attempt ended.
    fn end(&mut self, request: Request, attempt: Attempt) -> Poll<()> {
        executor::drop_body(&request, &mut self.body);
        request.control.forget_driver();
        self.core.conclude(request, attempt);
        Poll::Ready(())
    }

    /// Begins the attempt. `None` if it has ended already.
    fn begin(&mut self, request: Request) -> Option<Request> {
        let (mut request, context) = self.core.begin(request)?;
        let body = match executor::ask(&request, context.as_ref()) {
            Some(attempt) => Err(attempt),
            None => {
                self.core.tell_started(&mut request);
                executor::call(&request, context.as_ref())
            }
        };
        executor::drop_guarded(context);
        match body {
            Ok(body) => {
                self.body = Some(body);
                Some(request)
            }
            Err(attempt) => {
                let _ = self.end(request, attempt);
                None
            }
        }
    }
}

impl Future for Driven {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let Some(mut request) = this.request.take() else {
            return Poll::Ready(());
        };
        let _inside = Inside::enter(request.id);
        request.control.polled_here();
        if this.body.is_none() {
            match this.begin(request) {
                Some(begun) => request = begun,
                None => return Poll::Ready(()),
            }
        }
        if let Some(reason) = request.control.poll_abort(context.waker()) {
            return this.end(request, cancelled(reason));
        }
        match executor::poll(&request, &mut this.body, context) {
            Poll::Ready(attempt) => this.end(request, attempt),
            Poll::Pending => {
                this.request = Some(request);
                Poll::Pending
            }
        }
    }
}

impl Drop for Driven {
    fn drop(&mut self) {
        let Some(request) = self.request.take() else {
            return;
        };
        let _inside = Inside::enter(request.id);
        if self.body.is_some() {
            let message = "its runtime dropped it".to_owned();
            let outcome = Outcome::Cancelled(message);
            let _ = self.end(
                request,
                Attempt::Ended {
                    outcome,
                    cancel: false,
                },
            );
        } else {
            let mut state = self.core.lock();
            let now = self.core.clock.now();
            state.take_reading(now);
            state.withdraw_one(request, SkipReason::Stopped, now);
            self.core.unlock(state);
        }
    }
}

fn cancelled(reason: Cancel) -> Attempt {
    let outcome = match reason {
        // How long it may take is said where the attempt ends.
        Cancel::TimedOut => Outcome::TimedOut(String::new()),
        Cancel::Replaced => Outcome::Cancelled("a newer run took its place".to_owned()),
        Cancel::Stopped => Outcome::Cancelled("its manager was stopped".to_owned()),
        Cancel::ByHand => Outcome::Cancelled("it was cancelled by hand".to_owned()),
    };
    Attempt::Ended {
        outcome,
        cancel: false,
    }
}

/// Wakes a worker that drives a future. Not `thread::park`: the body may use
/// that itself, and would take the wake-up away.
#[derive(Default)]
struct Signal {
    is_raised: Mutex<bool>,
    raised: Condvar,
}

impl Signal {
    fn wait(&self) {
        let mut is_raised = self.is_raised.lock();
        // Not a lost wake-up: it is raised under this lock.
        while !std::mem::take(&mut *is_raised) {
            self.raised.wait(&mut is_raised);
        }
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        *self.is_raised.lock() = true;
        self.raised.notify_one();
    }
}
