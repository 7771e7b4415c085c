//! What goes to `tracing`, with the feature of that name.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::{event::Event, run::Run};

/// Logs an event at the level that it deserves.
pub(crate) fn event(event: &Event) {
    match event {
        Event::ClockStepped { now, by } => {
            let now = text(*now);
            let seconds = by.as_seconds_f64();
            tracing::warn!(now, seconds, "the wall clock was stepped by {seconds} s");
        }
        Event::Started {
            task,
            fire_time,
            attempt,
            ..
        } => {
            let fire_time = text(*fire_time);
            tracing::debug!(task = &**task, fire_time, attempt, "a run has begun");
        }
        Event::TimedOut {
            task,
            fire_time,
            attempt,
            timeout,
            ..
        } => {
            let fire_time = text(*fire_time);
            tracing::warn!(
                task = &**task,
                fire_time,
                attempt,
                ?timeout,
                "a run takes too long"
            );
        }
        Event::Retrying { run, wait } => {
            let fire_time = text(run.fire_time());
            let (task, attempt) = (run.task(), run.attempt());
            let error = run.error();
            tracing::warn!(
                task,
                fire_time,
                attempt,
                error,
                ?wait,
                "an attempt has failed"
            );
        }
        Event::Finished(run) => finished(run),
        Event::Skipped(skip) => {
            let fire_time = text(skip.fire_time());
            let (task, fires) = (skip.task(), skip.fires());
            let reason = skip.reason();
            tracing::debug!(task, fire_time, fires, %reason, "a fire was skipped");
        }
        Event::Disabled { task, failures } => {
            tracing::error!(
                task = &**task,
                failures,
                "the task was disabled: its runs fail"
            );
        }
    }
}

fn finished(run: &Run) {
    let fire_time = text(run.fire_time());
    let (task, attempt) = (run.task(), run.attempt());
    let duration = run.duration();
    match run.error() {
        None => tracing::debug!(task, fire_time, attempt, ?duration, "a run has succeeded"),
        Some(error) if run.outcome().is_failure() => {
            tracing::error!(
                task,
                fire_time,
                attempt,
                ?duration,
                error,
                "a run has failed"
            );
        }
        Some(error) => {
            tracing::warn!(
                task,
                fire_time,
                attempt,
                ?duration,
                error,
                "a run was cancelled"
            );
        }
    }
}

fn text(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Logs that the loop has started, and how many tasks it drives.
pub(crate) fn started(tasks: usize, of_crates: &str) {
    tracing::info!(tasks, of_crates, "the scheduler has started");
}
