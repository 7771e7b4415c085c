//! Tasks of an `exclusive` group never run at the same time.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use task::{ManualClock, TaskManager, task};

static DB: AtomicUsize = AtomicUsize::new(0);
static NET: AtomicUsize = AtomicUsize::new(0);

fn enter(group: &AtomicUsize) {
    assert_eq!(group.fetch_add(1, Ordering::SeqCst), 0);
    for _ in 0..100 {
        thread::yield_now();
    }
    assert_eq!(group.fetch_sub(1, Ordering::SeqCst), 1);
}

#[task(every = "1s", threaded, exclusive = "db")]
fn one() {
    enter(&DB);
}

#[task(every = "1s", threaded, exclusive = ["db", "net"])]
fn both() {
    enter(&DB);
    enter(&NET);
}

#[task(every = "1s", threaded, overlap = "queue", exclusive = ["net"])]
fn list_of_one() {
    enter(&NET);
}

#[task(every = "1s", exclusive = "db")]
async fn awaited() {
    enter(&DB);
}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    for _ in 0..10 {
        clock.advance(Duration::from_secs(1));
        manager.settle();
    }
    assert_eq!(manager.tasks().len(), 4);
    for (name, task) in manager.tasks() {
        let counters = task.detail().unwrap().counters;
        assert_eq!((counters.ran, counters.panicked), (10, 0), "{name}");
    }
}
