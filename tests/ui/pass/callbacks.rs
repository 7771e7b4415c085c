//! Callbacks are functions or closures, of nothing or of the run.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use task::{ManualClock, Run, TaskManager, task};

static CALLS: AtomicUsize = AtomicUsize::new(0);

#[task(every = "1s", on_success = done, on_failed = never, on_complete = self::nested::note)]
fn functions() {}

#[task(
    every = "1s",
    on_success = || { CALLS.fetch_add(1, Ordering::Relaxed); },
    on_failed = |_| never(),
    on_complete = |run| assert_eq!(run.task(), "closures"),
)]
fn closures() {}

#[task(
    every = "1s",
    on_success = |run: &Run| note_run(run, 1),
    on_complete = |_run: &task::Run| {
        CALLS.fetch_add(1, Ordering::Relaxed);
    },
)]
fn typed() -> Result<u8, String> {
    Ok(5)
}

#[task(every = "1s", on_success = never, on_failed = |run| assert_eq!(run.error(), Some("no")))]
fn failed() -> Result<(), &'static str> {
    Err("no")
}

// A function with the name of a local variable of the expansion.
#[task(every = "1s", on_success = run)]
fn same_name() {}

fn run() {
    done();
}

fn done() {
    CALLS.fetch_add(1, Ordering::Relaxed);
}

fn never() {
    panic!("not expected");
}

fn note_run(run: &Run, count: usize) {
    assert!(run.is_success());
    CALLS.fetch_add(count, Ordering::Relaxed);
}

mod nested {
    pub fn note(run: &task::Run) {
        super::note_run(run, 1);
    }
}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    clock.advance(Duration::from_secs(1));
    assert_eq!(manager.run_pending(), 5);
    assert_eq!(CALLS.load(Ordering::Relaxed), 6);
}
