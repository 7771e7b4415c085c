//! A program whose dependency on `task` has another name.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use scheduler::{ManualClock, TaskManager};

static RUNS: AtomicUsize = AtomicUsize::new(0);

#[scheduler::task(
    every = "30s",
    schedule = every(1).hour(),
    on_success = |run| assert_eq!(run.task(), "beat"),
    crate = scheduler
)]
fn beat() {
    RUNS.fetch_add(1, Ordering::Relaxed);
}

mod nested {
    #[scheduler::task(every = "1h", crate = ::scheduler)]
    pub(crate) fn absolute() {}

    #[scheduler::task(every = "1h", crate = "scheduler")]
    pub(crate) fn string() {}
}

#[test]
fn a_task_of_the_renamed_crate_is_found_and_runs() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    for name in ["beat", "absolute", "string"] {
        assert!(manager.get(name).is_some(), "{name}");
    }
    clock.advance(Duration::from_secs(29));
    assert_eq!(manager.run_pending(), 0);
    clock.advance(Duration::from_secs(1));
    assert_eq!(manager.run_pending(), 1);
    assert_eq!(RUNS.load(Ordering::Relaxed), 1);
    nested::absolute();
    nested::string();
}
