//! The only place that calls user code. No lock is held here.

use std::{
    any::Any,
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc::Sender,
    },
};

use chrono::{DateTime, Utc};

use crate::{
    clock::Clock,
    event::Event,
    job::JobId,
    record::{Claim, Hook, Observer},
    run::{Ending, Outcome, Run},
};

/// Names a run within the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RunId(u64);

impl RunId {
    pub(crate) fn new() -> RunId {
        static LAST: AtomicU64 = AtomicU64::new(0);
        // Relaxed: only that the numbers differ matters.
        RunId(LAST.fetch_add(1, Ordering::Relaxed))
    }
}

/// A run that was decided on, with the right to start it.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) id: RunId,
    pub(crate) claim: Claim,
    /// `None` for a run that was asked for by hand.
    pub(crate) job: Option<JobId>,
    pub(crate) fire_time: DateTime<Utc>,
    /// Whoever waits for the run.
    pub(crate) reply: Option<Sender<Run>>,
    /// A worker thread has taken it.
    pub(crate) on_worker: bool,
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) run: Run,
    /// The body asked for its job to be cancelled.
    pub(crate) cancel: bool,
    pub(crate) callback_panics: Vec<String>,
}

thread_local! {
    /// The runs that this thread is inside of, outermost first.
    static INSIDE: RefCell<Vec<RunId>> = const { RefCell::new(Vec::new()) };
}

/// Returns the runs that the calling thread is inside of: who waits for one of
/// them waits for itself.
pub(crate) fn inside() -> Vec<RunId> {
    // A thread that is going down runs nothing any more.
    INSIDE
        .try_with(|inside| inside.borrow().clone())
        .unwrap_or_default()
}

/// Calls the body and then the callbacks.
pub(crate) fn execute(clock: &Clock, request: &Request) -> Report {
    INSIDE.with_borrow_mut(|inside| inside.push(request.id));
    let definition = &request.claim.cell.definition;
    let begin = clock.now();
    // Unwind-safe: a body that panics may leave its own captured state
    // half-changed, as a thread that panics may; nothing of ours is shared.
    let ending = guarded(|| (definition.body)());
    let duration = clock.now().elapsed.saturating_sub(begin.elapsed);
    let (outcome, cancel) = match ending {
        Ok(Ending::Done) => (Outcome::Succeeded, false),
        Ok(Ending::Cancel) => (Outcome::Succeeded, true),
        Ok(Ending::Failed(message)) => (Outcome::Failed(message), false),
        Err(message) => (Outcome::Panicked(message), false),
    };
    let run = Run {
        task: definition.name.clone(),
        fire_time: request.fire_time,
        started_at: begin.wall,
        duration,
        outcome,
    };
    let callback_panics = call_back(request, &run);
    INSIDE.with_borrow_mut(Vec::pop);
    Report {
        run,
        cancel,
        callback_panics,
    }
}

/// Reports a run that could not be started as failed, to the callbacks too.
pub(crate) fn fail(clock: &Clock, request: &Request, message: String) -> Report {
    INSIDE.with_borrow_mut(|inside| inside.push(request.id));
    let run = Run {
        task: request.claim.cell.definition.name.clone(),
        fire_time: request.fire_time,
        started_at: clock.now().wall,
        duration: std::time::Duration::ZERO,
        outcome: Outcome::Failed(message),
    };
    let callback_panics = call_back(request, &run);
    INSIDE.with_borrow_mut(Vec::pop);
    Report {
        run,
        cancel: false,
        callback_panics,
    }
}

/// Tells the observers what has happened.
pub(crate) fn notify(observers: &[Observer], events: &[Event]) {
    for event in events {
        for observer in observers {
            // The panic hook has printed the message; an observer that panics
            // is told of the next event all the same.
            let _ = guarded(|| observer(event));
        }
    }
}

/// Drops what may hold the last of a user's closure: its captured values may
/// panic as they go, and that must not end a thread of ours.
pub(crate) fn drop_guarded<T>(value: T) {
    // The message is lost on purpose: the task is gone, nobody counts for it,
    // and the panic hook has printed it.
    let _ = guarded(|| drop(value));
}

fn call_back(request: &Request, run: &Run) -> Vec<String> {
    let definition = &request.claim.cell.definition;
    let (name, hook) = if run.is_success() {
        ("on_success", &definition.on_success)
    } else {
        ("on_failed", &definition.on_failed)
    };
    [(name, hook), ("on_complete", &definition.on_complete)]
        .into_iter()
        .filter_map(|(name, hook)| call_hook(name, hook.as_ref()?, run))
        .collect()
}

fn call_hook(name: &str, hook: &Hook, run: &Run) -> Option<String> {
    guarded(|| hook(run))
        .err()
        .map(|message| format!("{name}: {message}"))
}

/// Calls user code and turns its panic into a message.
pub(crate) fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|payload| {
        let message = panic_message(&*payload);
        if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            // A payload whose drop panics: its second payload may do the same,
            // so it is leaked.
            std::mem::forget(second);
        }
        message
    })
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    if let Some(message) = payload.downcast_ref::<&str>() {
        (*message).to_owned()
    } else if let Some(message) = payload.downcast_ref::<String>() {
        message.clone()
    } else {
        "the panic carries no text".to_owned()
    }
}
