//! `on_skipped` is a function or a closure, of nothing or of what was skipped.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use task::{ManualClock, Skip, SkipReason, TaskManager, task};

static FIRES: AtomicU64 = AtomicU64::new(0);

#[task(every = "1s", disabled, on_skipped = done)]
fn function() {}

#[task(every = "1s", disabled, on_skipped = self::nested::note)]
fn function_of_the_skip() {}

#[task(every = "1s", disabled, on_skipped = || { FIRES.fetch_add(1, Ordering::Relaxed); })]
async fn closure() {}

#[task(every = "1s", disabled, on_skipped = |skip| note_skip(skip))]
fn closure_of_the_skip() {}

#[task(every = "1s", disabled, on_skipped = |skip: &Skip| note_skip(skip))]
fn closure_of_a_type() {}

#[task(every = "1s", on_skipped = never)]
fn runs() {}

fn done() {
    FIRES.fetch_add(1, Ordering::Relaxed);
}

fn never() {
    panic!("not expected");
}

fn note_skip(skip: &Skip) {
    assert_eq!(skip.reason(), SkipReason::Disabled);
    FIRES.fetch_add(skip.fires(), Ordering::Relaxed);
}

mod nested {
    pub fn note(skip: &task::Skip) {
        assert_eq!(skip.task(), "function_of_the_skip");
        super::note_skip(skip);
    }
}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    clock.advance(Duration::from_secs(1));
    manager.settle();
    assert_eq!(FIRES.load(Ordering::Relaxed), 5);
    assert_eq!(
        manager["runs"]
            .detail()
            .unwrap()
            .counters
            .callbacks_panicked,
        0
    );
}
