//! What goes to `tracing`, with the feature of that name.

use chrono::SecondsFormat;

use crate::event::Event;

/// Logs an event at the level that it deserves.
pub(crate) fn event(event: &Event) {
    match event {
        Event::ClockStepped { now, by } => {
            let now = now.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            let seconds = by.as_seconds_f64();
            tracing::warn!(now, seconds, "the wall clock was stepped by {seconds} s");
        }
    }
}

/// Logs that the loop has started, and how many tasks it drives.
pub(crate) fn started(tasks: usize, of_crates: &str) {
    tracing::info!(tasks, of_crates, "the scheduler has started");
}
