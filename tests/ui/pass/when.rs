//! `when` is a condition, asked at each fire.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use task::{Context, ManualClock, TaskManager, task};

static NIGHT: AtomicBool = AtomicBool::new(false);

#[task(every = "1s", when = is_night)]
fn function() {}

#[task(every = "1s", when = nested::is_night_for)]
fn function_of_the_context() {}

#[task(every = "1s", when = || NIGHT.load(Ordering::Relaxed))]
async fn closure() {}

#[task(every = "1s", when = |context| context.task() == "closure_of_the_context" && is_night())]
fn closure_of_the_context() {}

#[task(every = "1s", when = |_: &Context| { is_night() })]
fn closure_of_a_type() {}

// A function with the name of a local variable of the expansion.
#[task(every = "1s", when = argument)]
fn same_name() {}

fn argument() -> bool {
    is_night()
}

fn is_night() -> bool {
    NIGHT.load(Ordering::Relaxed)
}

mod nested {
    pub fn is_night_for(context: &task::Context) -> bool {
        context.attempt() == 1 && super::is_night()
    }
}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    clock.advance(Duration::from_secs(1));
    manager.settle();
    NIGHT.store(true, Ordering::Relaxed);
    clock.advance(Duration::from_secs(1));
    manager.settle();
    assert_eq!(manager.tasks().len(), 6);
    for detail in manager.tasks_detail() {
        let counters = detail.counters;
        assert_eq!(
            (counters.ran, counters.skipped.condition),
            (1, 1),
            "{}",
            detail.name
        );
    }
}
