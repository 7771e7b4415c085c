//! Tasks that come and go leave nothing behind: counted by an allocator, hence a
//! binary of its own, with one test.

use std::{
    alloc::System,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use task::{Event, ManualClock, Overlap, Task, TaskManager};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What is allocated now: blocks and bytes.
fn live() -> (usize, usize) {
    let stats = ALLOCATOR.stats();
    let bytes = stats.bytes_allocated - stats.bytes_deallocated;
    (stats.allocations - stats.deallocations, bytes)
}

/// Does it so often, and checks that at the end as much is allocated as after
/// the first tenth, but for a few blocks that come with the threads' own time.
fn check(what: &str, manager: &TaskManager, cycles: usize, cycle: impl Fn()) {
    let settled = || {
        manager.settle();
        // Threads may be about to drop what they have run last.
        let mut before = live();
        loop {
            for _ in 0..100 {
                thread::yield_now();
            }
            if before == live() {
                return before;
            }
            before = live();
        }
    };
    for _ in 0..cycles / 10 {
        cycle();
    }
    let before = settled();
    for _ in 0..cycles {
        cycle();
    }
    let after = settled();
    assert!(manager.tasks().is_empty());
    let (blocks, bytes) = (
        after.0.saturating_sub(before.0),
        after.1.saturating_sub(before.1),
    );
    assert!(
        blocks < 50 && bytes < 10_000,
        "{what}, {cycles} times: {blocks} more blocks, {bytes} more bytes"
    );
}

/// A task with everything that can be captured.
fn task(name: &str, calls: &Arc<AtomicU64>) -> Task {
    let call = || {
        let (calls, ballast) = (calls.clone(), vec![0_u8; 1_000]);
        move || {
            calls.fetch_add(ballast.len() as u64, Ordering::Relaxed);
        }
    };
    Task::new(name, call())
        .every("10s")
        .every("day at 10:30")
        .tags(["io", "net"])
        .exclusive("db")
        .on_success(call())
        .on_complete(call())
        .on_skipped(call())
}

#[test]
fn tasks_that_come_and_go() {
    let clock = ManualClock::new();
    let calls = Arc::new(AtomicU64::new(0));
    let observed = calls.clone();
    let manager = TaskManager::builder()
        .empty()
        .clock(clock.clone())
        .max_threads(2)
        // What waits for the observer is kept, up to so many.
        .event_capacity(16)
        .on_event(move |_: &Event| _ = observed.fetch_add(1, Ordering::Relaxed))
        .build();
    check("added and removed", &manager, 100_000, || {
        let ballast = vec![0_u8; 1_000];
        let task = Task::new("comes", move || _ = ballast.len());
        manager.add(task.every("10s")).unwrap();
        manager.remove("comes").unwrap();
    });
    manager.run().unwrap();
    check("under the eyes of a loop", &manager, 5_000, || {
        manager.add(task("comes", &calls)).unwrap();
        manager.remove("comes").unwrap();
    });
    check("refused, since its name is taken", &manager, 5_000, || {
        manager.add(task("comes", &calls)).unwrap();
        manager.add(task("comes", &calls)).unwrap_err();
        assert_eq!(manager.clear("io"), 1);
    });
    check("rescheduled and run by hand", &manager, 5_000, || {
        let comes = manager.add(task("comes", &calls)).unwrap();
        comes.reschedule("every 1h").unwrap();
        comes.reschedule("cron 0 9 * * mon-fri").unwrap();
        comes.run_now().unwrap().wait().unwrap();
        manager.remove("comes").unwrap();
    });
    check("removed while it runs on a worker", &manager, 5_000, || {
        let comes = task("comes", &calls).threaded().overlap(Overlap::Queue);
        let comes = manager.add(comes).unwrap();
        let handles = [comes.run_now(), comes.run_now()];
        manager.remove("comes").unwrap();
        for handle in handles.into_iter().flatten() {
            // Either it had begun, or it never will.
            let _ = handle.wait();
        }
    });
    check(
        "fires, and waits for its next attempt",
        &manager,
        5_000,
        || {
            let fails = Task::new("fails", || Err::<(), _>("no")).every("1m");
            manager.add(fails.retry(3).backoff("1h")).unwrap();
            clock.advance(Duration::from_secs(60));
            manager.settle();
            manager.remove("fails").unwrap();
        },
    );
    check("async", &manager, 5_000, || {
        let task = Task::new_async("async", || async {})
            .every("1m")
            .timeout("1s");
        let task = manager.add(task).unwrap();
        task.run_now().unwrap().wait().unwrap();
        manager.remove("async").unwrap();
    });
    check("started and stopped", &manager, 500, || {
        manager.add(task("comes", &calls)).unwrap();
        assert!(manager.stop().is_clean());
        manager.run().unwrap();
        manager.remove("comes").unwrap();
    });
    assert!(manager.stop().is_clean());
}
