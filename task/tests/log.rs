//! What goes to `tracing`.
#![cfg(feature = "tracing")]

mod common;

use std::{
    fmt::{self, Write},
    sync::Arc,
};

use chrono::TimeDelta;
use common::manager;
use parking_lot::Mutex;
use task::Task;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// Writes each event down in a line.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Subscriber for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.0.lock().push(line.0);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[test]
fn the_start_and_a_step_of_the_clock_are_logged() {
    let lines = Lines::default();
    let (clock, manager) = manager();
    manager.add(Task::new("beat", || ()).every("10s")).unwrap();
    tracing::subscriber::with_default(lines.clone(), || {
        manager.run().unwrap();
        manager.stop();
        clock.set_wall(clock.now() + TimeDelta::minutes(90));
        manager.run_pending();
    });
    assert_eq!(
        *lines.0.lock(),
        [
            "INFO message=the scheduler has started tasks=1 of_crates=\"added at run time: 1\"",
            "WARN message=the wall clock was stepped by 5400 s now=2024-01-01T01:30:00Z seconds=5400.0",
        ]
    );
}
