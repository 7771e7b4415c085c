//! The only place that calls user code. No lock is held here.

use std::{
    any::Any,
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::{self, Poll, Waker},
};

use crate::{
    body::{Called, EndingFuture},
    context::Context,
    definition::{Hook, Observer},
    ending::Ending,
    event::Event,
    guard::TaskCell,
    request::{Request, RunId},
    run::{Outcome, Run},
    skip::Skip,
    sync::thread_local,
    telemetry,
};

thread_local! {
    /// The runs that this thread is inside of, outermost first.
    static INSIDE: RefCell<Vec<RunId>> = const { RefCell::new(Vec::new()) };
}

/// Marks the calling thread as inside of a run, for as long as it lives.
#[derive(Debug)]
pub(crate) struct Inside(());

impl Inside {
    pub(crate) fn enter(id: RunId) -> Inside {
        INSIDE.with(|inside| inside.borrow_mut().push(id));
        Inside(())
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        // A thread that is going down is inside of nothing any more.
        let _ = INSIDE.try_with(|inside| inside.borrow_mut().pop());
    }
}

/// Returns the runs that the calling thread is inside of: who waits for one of
/// them waits for itself.
pub(crate) fn inside() -> Vec<RunId> {
    // A thread that is going down runs nothing any more.
    INSIDE
        .try_with(|inside| inside.borrow().clone())
        .unwrap_or_default()
}

/// What came of an attempt.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// The condition of the task was false: it was no attempt.
    Left,
    Ended {
        outcome: Outcome,
        /// The body asked for its job to be cancelled.
        cancel: bool,
    },
}

impl Attempt {
    /// That of a call which gave no future.
    pub(crate) fn of_call(called: Result<Called, String>) -> Attempt {
        match called {
            Ok(Called::Ended(ending)) => Attempt::of(Ok(ending)),
            Err(message) => Attempt::of(Err(message)),
            // A body that takes a context is given one: if not, this would say so.
            Ok(Called::Future(_) | Called::NoContext) => {
                Attempt::of(Err("it was given no context".to_owned()))
            }
        }
    }

    fn of(ending: Result<Ending, String>) -> Attempt {
        let (outcome, cancel) = match ending {
            Ok(Ending::Done) => (Outcome::Succeeded, false),
            Ok(Ending::Cancel) => (Outcome::Succeeded, true),
            Ok(Ending::Failed(message)) => (Outcome::Failed(message), false),
            Err(message) => (Outcome::Panicked(message), false),
        };
        Attempt::Ended { outcome, cancel }
    }
}

/// Asks the condition of a task, for a fire and before its first attempt. `None`
/// lets the body begin.
pub(crate) fn ask(request: &Request, context: Option<&Context>) -> Option<Attempt> {
    if !request.asks() {
        return None;
    }
    // One with a condition has a context.
    let (when, context) = (request.cell.definition.policies.when.as_ref()?, context?);
    match guarded(|| when(context)) {
        Ok(true) => None,
        Ok(false) => Some(Attempt::Left),
        Err(message) => Some(Attempt::of(Err(format!("when: {message}")))),
    }
}

/// Calls the body. What an async one does is not done yet then.
pub(crate) fn call(request: &Request, context: Option<&Context>) -> Result<EndingFuture, Attempt> {
    // Unwind-safe: a body that panics may leave its own captured state
    // half-changed, as a thread that panics may; nothing of ours is shared.
    let body = &request.cell.definition.body;
    match telemetry::within(request, || guarded(|| body.call(context))) {
        Ok(Called::Future(future)) => Ok(future),
        called => Err(Attempt::of_call(called)),
    }
}

/// Drives the body of an async task further, and drops it when it has ended.
pub(crate) fn poll(
    request: &Request,
    body: &mut Option<EndingFuture>,
    context: &mut task::Context<'_>,
) -> Poll<Attempt> {
    let Some(future) = body else {
        return Poll::Pending;
    };
    let poll = || guarded(|| future.as_mut().poll(context));
    let ending = match telemetry::within(request, poll) {
        Ok(Poll::Pending) => return Poll::Pending,
        Ok(Poll::Ready(ending)) => Ok(ending),
        // It is never polled again.
        Err(message) => Err(message),
    };
    drop_body(request, body);
    Poll::Ready(Attempt::of(ending))
}

/// Drops the body of an async task, which may have much to end.
pub(crate) fn drop_body(request: &Request, body: &mut Option<EndingFuture>) {
    let body = body.take();
    // The message is lost on purpose: the run has ended otherwise already.
    telemetry::within(request, || drop_guarded(body));
}

/// Tells an observer what has happened.
pub(crate) fn notify(observer: &Observer, event: &Event) {
    // The panic hook has printed the message; an observer that panics is told
    // of the next event all the same.
    let _ = caught(&mut || observer(event));
}

/// Wakes who waits in async code, which is foreign code.
pub(crate) fn wake(waker: Waker) {
    let mut waker = Some(waker);
    // Its panic is printed by the panic hook.
    let _ = caught(&mut || {
        if let Some(waker) = waker.take() {
            waker.wake();
        }
    });
}

/// Drops what may hold the last of a user's closure: its captured values may
/// panic as they go, and that must not end a thread of ours.
pub(crate) fn drop_guarded<T>(value: T) {
    // The message is lost on purpose: the task is gone, nobody counts for it,
    // and the panic hook has printed it.
    let mut value = Some(value);
    let _ = caught(&mut || value = None);
}

/// Returns true if a run has callbacks.
pub(crate) fn is_called_back(request: &Request, run: &Run) -> bool {
    hooks(request, run).iter().any(|(_, hook)| hook.is_some())
}

/// Calls the callbacks of a run, and returns what was wrong with them.
pub(crate) fn call_back(request: &Request, run: &Run) -> Vec<String> {
    let mut panics = Vec::new();
    for (name, hook) in hooks(request, run) {
        let Some(hook) = hook else { continue };
        let called = telemetry::within(request, || caught(&mut || hook(run)));
        if let Err(message) = called {
            panics.push(format!("{name}: {message}"));
        }
    }
    panics
}

/// Returns the callbacks of a run that may be there, with the names of their keys.
fn hooks<'a>(request: &'a Request, run: &Run) -> [(&'static str, Option<&'a Hook>); 2] {
    let definition = &request.cell.definition;
    let first = if run.is_success() {
        ("on_success", definition.on_success.as_ref())
    } else {
        let on_failed = definition.on_failed.as_ref();
        let is_failure = run.outcome().is_failure();
        ("on_failed", on_failed.filter(|_| is_failure))
    };
    [first, ("on_complete", definition.on_complete.as_ref())]
}

/// Calls the callback for a skipped fire, and returns what was wrong with it.
pub(crate) fn call_back_skip(cell: &Arc<TaskCell>, skip: &Skip) -> Option<String> {
    let hook = cell.definition.policies.on_skipped.as_ref()?;
    caught(&mut || hook(skip))
        .err()
        .map(|message| format!("on_skipped: {message}"))
}

/// Does the same as [`guarded`] for what returns nothing. It is compiled once for all
/// of its callers.
pub(crate) fn caught(call: &mut dyn FnMut()) -> Result<(), String> {
    guarded(call)
}

/// Calls user code and turns its panic into a message.
pub(crate) fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(panic_message)
}

fn panic_message(payload: Box<dyn Any + Send>) -> String {
    let message = text_of(&*payload);
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // A payload whose drop panics: its second payload may do the same, so it
        // is leaked.
        std::mem::forget(second);
    }
    message
}

fn text_of(payload: &(dyn Any + Send)) -> String {
    if let Some(message) = payload.downcast_ref::<&str>() {
        (*message).to_owned()
    } else if let Some(message) = payload.downcast_ref::<String>() {
        message.clone()
    } else {
        "the panic carries no text".to_owned()
    }
}
