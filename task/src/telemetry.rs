//! What runs show of themselves to `tracing` and to `metrics`, with the features of
//! these names: a span around each, log lines, numbers. Without them it is nothing.
//!
//! Subscribers and recorders are foreign code: no lock is held here, and a panic of
//! theirs ends with the line or the number that it is about.

use std::time::Duration;

use crate::{
    event::Event, executor::drop_guarded, guard::TaskCell, request::Request, run::Run, skip::Skip,
    state::State,
};

/// Somebody may want to see it.
pub(crate) const IS_ON: bool = cfg!(any(feature = "tracing", feature = "metrics"));

/// What is kept of it with a run.
#[derive(Debug, Default)]
pub(crate) struct Telemetry {
    #[cfg(any(feature = "tracing", feature = "metrics"))]
    has_begun: bool,
    /// That was told, though nobody listens.
    #[cfg(feature = "tracing")]
    has_succeeded: bool,
    #[cfg(feature = "tracing")]
    trace: crate::log::Trace,
    #[cfg(feature = "metrics")]
    meter: crate::meter::Meter,
}

impl Telemetry {
    /// That of a run that nobody listened to as it began; if it has succeeded, that was
    /// told as well.
    pub(crate) fn unheard(has_succeeded: bool) -> Telemetry {
        let _ = has_succeeded;
        Telemetry {
            #[cfg(any(feature = "tracing", feature = "metrics"))]
            has_begun: true,
            #[cfg(feature = "tracing")]
            has_succeeded,
            #[cfg(feature = "tracing")]
            trace: Default::default(),
            #[cfg(feature = "metrics")]
            meter: Default::default(),
        }
    }

    /// That of a run which the caller asks for: what he is doing led to it.
    pub(crate) fn by_hand() -> Telemetry {
        #[cfg(feature = "tracing")]
        return Telemetry {
            trace: crate::executor::guarded(crate::log::Trace::by_hand).unwrap_or_default(),
            ..Default::default()
        };
        #[cfg(not(feature = "tracing"))]
        Telemetry::default()
    }
}

/// An attempt begins.
#[cfg(not(any(feature = "tracing", feature = "metrics")))]
pub(crate) fn begun(_request: &mut Request) {}

/// An attempt begins.
#[cfg(any(feature = "tracing", feature = "metrics"))]
pub(crate) fn begun(request: &mut Request) {
    let mut telemetry = std::mem::take(&mut request.telemetry);
    let is_first = !std::mem::replace(&mut telemetry.has_begun, true);
    // Each by itself: a panic of the one takes nothing from the other, and nothing is
    // dropped while it unwinds.
    #[cfg(feature = "tracing")]
    let _ = crate::executor::guarded(|| telemetry.trace.begin(request, is_first));
    #[cfg(feature = "metrics")]
    if request.cell.may_be_recorded() {
        let _ = crate::executor::guarded(|| telemetry.meter.begin(request));
    }
    let _ = is_first;
    request.telemetry = telemetry;
}

/// Returns false if nobody listens to what is told at the end of a run: then that
/// need not come before who waits for the run is told.
pub(crate) fn is_heard(request: &Request, run: &Run) -> bool {
    let _ = (request, run);
    #[cfg(feature = "tracing")]
    if !run.is_success() || request.telemetry.trace.is_heard() {
        return true;
    }
    #[cfg(feature = "metrics")]
    if request.telemetry.meter.is_heard() {
        return true;
    }
    false
}

/// Returns false if nobody listens to a run that begins now.
pub(crate) fn may_be_heard(cell: &TaskCell) -> bool {
    let _ = cell;
    #[cfg(feature = "tracing")]
    if crate::log::is_heard() {
        return true;
    }
    #[cfg(feature = "metrics")]
    if cell.may_be_recorded() {
        return true;
    }
    false
}

/// A run to which nobody listens begins.
pub(crate) fn begun_unheard() {
    #[cfg(feature = "tracing")]
    crate::log::begun_unheard();
}

/// A run to whose end nobody listens has succeeded.
pub(crate) fn succeeded_unheard() {
    #[cfg(feature = "tracing")]
    crate::log::succeeded_unheard();
}

/// The same for a run of which that was perhaps told before.
pub(crate) fn succeeded_unheard_again(had: &Request) {
    let _ = had;
    #[cfg(feature = "tracing")]
    if !had.telemetry.has_succeeded {
        crate::log::succeeded_unheard();
    }
}

/// Calls what belongs to a run within its span. It must not panic: what a subscriber
/// does as the span is left is no affair of a thread that unwinds.
pub(crate) fn within<T>(request: &Request, call: impl FnOnce() -> T) -> T {
    #[cfg(feature = "tracing")]
    return request.telemetry.trace.within(call);
    #[cfg(not(feature = "tracing"))]
    {
        let _ = request;
        call()
    }
}

/// An attempt has failed, and another one follows.
pub(crate) fn retrying(request: &Request, run: &Run, wait: Duration) {
    let _ = (request, run, wait);
    #[cfg(feature = "tracing")]
    let _ = crate::executor::guarded(|| request.telemetry.trace.retry(run, wait));
}

/// A run has ended, and so have its callbacks.
pub(crate) fn ended(request: &mut Request, run: &Run) {
    if !IS_ON {
        return;
    }
    #[cfg(any(feature = "tracing", feature = "metrics"))]
    if !request.telemetry.has_begun {
        // Its body was never called: its condition panicked, or there was no thread.
        begun(request);
    }
    let telemetry = std::mem::take(&mut request.telemetry);
    #[cfg(feature = "tracing")]
    let _ = crate::executor::guarded(|| telemetry.trace.end(run));
    #[cfg(feature = "metrics")]
    let _ = crate::executor::guarded(|| telemetry.meter.end(run));
    // With it the span goes, which is the subscriber's.
    drop_guarded(telemetry);
    let _ = run;
}

/// Fires have started nothing.
pub(crate) fn skipped(cell: &TaskCell, skip: &Skip) {
    let _ = (cell, skip);
    #[cfg(feature = "tracing")]
    let _ = crate::executor::guarded(|| crate::log::skipped(skip));
    #[cfg(feature = "metrics")]
    let _ = crate::executor::guarded(|| {
        if let Some(meters) = cell.meters() {
            meters.skip(skip);
        }
    });
}

/// Something else has happened, that is no part of a run's life.
pub(crate) fn event(event: &Event) {
    let _ = event;
    #[cfg(feature = "tracing")]
    let _ = crate::executor::guarded(|| crate::log::event(event));
    #[cfg(feature = "metrics")]
    let _ = crate::executor::guarded(|| crate::meter::event(event));
}

/// Has the tasks ask the recorder anew for their numbers: perhaps another one was
/// installed. Returns what they had, which is dropped without the lock.
pub(crate) fn forget_recorder(state: &State) -> impl Sized + use<> {
    #[cfg(feature = "metrics")]
    {
        let records = state.tasks.iter();
        records
            .map(|record| std::mem::take(&mut *record.cell.meters.lock()))
            .collect::<Vec<_>>()
    }
    #[cfg(not(feature = "metrics"))]
    {
        let _ = state;
    }
}

/// The system refuses to end the waits of the loop as soon as it can.
pub(crate) fn imprecise(reason: &str) {
    let _ = reason;
    #[cfg(feature = "tracing")]
    let _ = crate::executor::guarded(|| crate::log::imprecise(reason));
}

/// The loop has been started.
pub(crate) fn loop_started(tasks: usize, of_crates: &str) {
    let _ = (tasks, of_crates);
    #[cfg(feature = "tracing")]
    let _ = crate::executor::guarded(|| crate::log::started(tasks, of_crates));
}
