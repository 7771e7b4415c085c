//! A fire takes no memory: counted by an allocator, hence a binary of its own, with
//! one test.

use std::{
    alloc::System,
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use task::{ManualClock, Task, TaskManager};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const TASKS: u64 = 100;
const ROUNDS: u64 = 50;

/// Fires a hundred tasks for some rounds, and returns how many blocks of memory were
/// asked for, once all lists are as long as they get.
fn blocks(made: impl Fn(Task) -> Task) -> usize {
    let clock = ManualClock::new();
    let manager = TaskManager::builder()
        .empty()
        .clock(clock.clone())
        .max_threads(1)
        .build();
    let ran = Arc::new(AtomicU64::new(0));
    for task in 0..TASKS {
        let ran = ran.clone();
        let body = move || {
            ran.fetch_add(1, Ordering::Relaxed);
        };
        let task = Task::new(format!("a task with number {task}"), body);
        manager.add(made(task)).unwrap();
    }
    let round = || {
        clock.advance(Duration::from_secs(10));
        manager.run_pending();
        manager.settle();
    };
    (0..ROUNDS).for_each(|_| round());
    let before = ALLOCATOR.stats();
    (0..ROUNDS).for_each(|_| round());
    let after = ALLOCATOR.stats();
    assert_eq!(ran.load(Ordering::Relaxed), 2 * TASKS * ROUNDS);
    let asked = |stats: stats_alloc::Stats| stats.allocations + stats.reallocations;
    asked(after) - asked(before)
}

/// What moving the clock takes, once a round, and as much again for threads' own time.
const FEW: usize = 2 * ROUNDS as usize;

#[track_caller]
fn check(what: &str, made: impl Fn(Task) -> Task) {
    let blocks = blocks(made);
    assert!(blocks <= FEW, "{what}: {blocks} blocks");
}

#[test]
fn a_fire_takes_no_memory() {
    check("nothing but a call", |task| task.every("10s"));
    check("a delay", |task| task.delay("10s"));
    check("the wall clock", |task| {
        task.cron("*/10 * * * * *").timezone("UTC")
    });
    check("a callback", |task| task.every("10s").on_success(|| ()));
    check("a priority", |task| task.every("10s").priority(3));
    check("a limit", |task| task.every("10s").max_runs(1_000_000));
    check("a worker", |task| task.every("10s").threaded());
    // It would be noticed.
    let takes = || drop(black_box(vec![0_u8; 3]));
    let blocks = blocks(|task| task.every("10s").on_success(takes));
    assert!(blocks >= (TASKS * ROUNDS) as usize, "{blocks} blocks");
}
