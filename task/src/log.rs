//! What goes to `tracing`, with the feature of that name.

use std::{fmt, time::Duration};

use chrono::{DateTime, SecondsFormat, Utc};
use tracing::{Span, debug, error, field, info, warn};

use crate::{
    event::Event,
    executor::{drop_guarded, guarded},
    request::Request,
    run::{Outcome, Run},
    skip::{Skip, SkipReason},
};

/// What filters name.
const TARGET: &str = "task";

/// The span of a run.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    /// Before the run begins, that of the caller who asked for it. `None` if
    /// nobody wants it.
    span: Option<Box<Span>>,
}

impl Trace {
    pub(crate) fn by_hand() -> Trace {
        Trace::of(Span::current())
    }

    fn of(span: Span) -> Trace {
        let span = Some(span).filter(|span| !span.is_disabled());
        Trace {
            span: span.map(Box::new),
        }
    }

    /// Opens the span with the first attempt that begins, and notes each.
    pub(crate) fn begin(&mut self, request: &Request, is_first: bool) {
        let attempt = i64::from(request.attempt);
        if is_first {
            // `Option` leaves an empty field out. Signed, since exporters write
            // unsigned numbers as texts.
            let job = request.job.map(|(_, place)| place as i64);
            *self = Trace::of(tracing::info_span!(
                target: TARGET,
                parent: self.span.as_deref().and_then(Span::id),
                "run",
                task = &*request.cell.definition.name,
                job,
                fire_time = %Instant(request.fire_time),
                // Recorded once, at the end: exporters keep each value of a field.
                attempt = field::Empty,
                outcome = field::Empty,
                error = field::Empty,
            ));
        }
        self.within(|| debug!(target: TARGET, attempt, "a run has begun"));
    }

    /// Returns true if somebody may listen to the end of a run that succeeds.
    pub(crate) fn is_heard(&self) -> bool {
        self.span.is_some() || tracing::level_enabled!(tracing::Level::DEBUG)
    }

    pub(crate) fn within<T>(&self, call: impl FnOnce() -> T) -> T {
        let Some(span) = &self.span else {
            return call();
        };
        let entered = guarded(|| span.enter()).ok();
        let result = call();
        drop_guarded(entered);
        result
    }

    /// Notes an attempt that is followed by another one.
    pub(crate) fn retry(&self, run: &Run, wait: Duration) {
        let error = run.error();
        let (task, fire_time) = self.named(run);
        self.within(
            || warn!(target: TARGET, task, fire_time, error, ?wait, "an attempt has failed"),
        );
    }

    /// Returns what names a run where its span doesn't, since only what is severe is logged.
    fn named<'a>(&self, run: &'a Run) -> (Option<&'a str>, Option<field::DisplayValue<Instant>>) {
        match self.span {
            Some(_) => (None, None),
            None => (
                Some(run.task()),
                Some(field::display(Instant(run.fire_time()))),
            ),
        }
    }

    /// Notes how the run ended. The span ends when it is dropped.
    pub(crate) fn end(&self, run: &Run) {
        if let Some(span) = &self.span {
            span.record("attempt", i64::from(run.attempt()));
            span.record("outcome", outcome(run.outcome()));
            if let Some(error) = run.error() {
                span.record("error", error);
            }
        }
        let duration = run.duration();
        let (task, fire_time) = self.named(run);
        self.within(|| match run.error() {
            None => debug!(target: TARGET, ?duration, "a run has succeeded"),
            Some(error) if run.outcome().is_failure() => {
                error!(target: TARGET, task, fire_time, ?duration, error, "a run has failed");
            }
            Some(error) => {
                warn!(target: TARGET, task, fire_time, ?duration, error, "a run was cancelled");
            }
        });
    }
}

/// Returns false if nobody wants the span of a run, or a line of its beginning.
pub(crate) fn is_heard() -> bool {
    tracing::level_enabled!(tracing::Level::INFO)
}

/// Without a subscriber this is for `log`, to which `tracing` may pass it on.
pub(crate) fn begun_unheard() {
    debug!(target: TARGET, attempt = 1, "a run has begun");
}

/// Without a subscriber this is for `log`, to which `tracing` may pass it on.
pub(crate) fn succeeded_unheard() {
    debug!(target: TARGET, "a run has succeeded");
}

fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded => "succeeded",
        Outcome::Failed(_) => "failed",
        Outcome::Panicked(_) => "panicked",
        Outcome::TimedOut(_) => "timed_out",
        Outcome::Cancelled(_) => "cancelled",
    }
}

/// Logs fires that started nothing. Those that were missed say that something was
/// too slow; the others are as the task's policies want it.
pub(crate) fn skipped(skip: &Skip) {
    let (task, fires, reason) = (skip.task(), skip.fires(), skip.reason());
    let fire_time = Instant(skip.fire_time());
    if reason == SkipReason::Missed {
        warn!(target: TARGET, task, %fire_time, fires, %reason, "fires were missed");
    } else {
        debug!(target: TARGET, task, %fire_time, fires, %reason, "a fire was skipped");
    }
}

/// Logs an event that is no part of a run's life, at the level that it deserves.
pub(crate) fn event(event: &Event) {
    match event {
        Event::ClockStepped { now, by } => {
            let seconds = by.as_seconds_f64();
            warn!(target: TARGET, now = %Instant(*now), seconds, "the wall clock was stepped by {seconds} s");
        }
        Event::TimedOut {
            task,
            fire_time,
            attempt,
            timeout,
            ..
        } => {
            let (task, fire_time) = (&**task, Instant(*fire_time));
            warn!(target: TARGET, task, %fire_time, attempt, ?timeout, "a run takes too long");
        }
        Event::Disabled {
            task,
            failures: Some(failures),
        } => {
            let task = &**task;
            error!(target: TARGET, task, failures, "the task was disabled: its runs fail");
        }
        Event::Disabled { task, .. } => {
            info!(target: TARGET, task = &**task, "the task was disabled")
        }
        Event::Enabled { task } => info!(target: TARGET, task = &**task, "the task was enabled"),
        Event::Added { task } => info!(target: TARGET, task = &**task, "the task was added"),
        Event::Removed { task } => info!(target: TARGET, task = &**task, "the task was removed"),
        Event::Rescheduled { task } => {
            info!(target: TARGET, task = &**task, "the task was rescheduled")
        }
        Event::LoopStopped => info!(target: TARGET, "the scheduler has stopped"),
        Event::LoopDied => error!(target: TARGET, "the scheduler has died"),
        // Said elsewhere: with the run, or with the numbers of each crate.
        Event::Started { .. }
        | Event::Retrying { .. }
        | Event::Finished(_)
        | Event::Skipped(_)
        | Event::LoopStarted { .. }
        | Event::Lost { .. } => {}
    }
}

/// Logs that the loop has started, and how many tasks it drives.
pub(crate) fn started(tasks: usize, of_crates: &str) {
    info!(target: TARGET, tasks, of_crates, "the scheduler has started");
}

/// Logs that fires are as late as without the builder's `precise`.
pub(crate) fn imprecise(reason: &str) {
    warn!(target: TARGET, reason, "the scheduler's waits can't be made precise");
}

/// An instant as RFC 3339 says it.
#[derive(Clone, Copy)]
struct Instant(DateTime<Utc>);

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}
