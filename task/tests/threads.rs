//! Worker threads: reused, bounded, and driven by a manual clock.

mod common;

use std::{
    collections::HashSet,
    sync::{Arc, Barrier},
    thread,
};

use common::{Log, build, gated, manager, secs};
use parking_lot::Mutex;
use task::{Run, Task, TaskFunction};

#[test]
fn a_threaded_body_runs_elsewhere_and_an_inline_one_here() {
    let (clock, manager) = manager();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = |name: &'static str| {
        let seen = seen.clone();
        move || {
            seen.lock().push((
                name,
                thread::current().name().map(str::to_owned),
                thread::current().id(),
            ))
        }
    };
    manager
        .add(Task::new("inline", note("inline")).every("10s"))
        .unwrap();
    manager
        .add(
            Task::new("threaded", note("threaded"))
                .every("10s")
                .threaded(),
        )
        .unwrap();
    clock.advance(secs(10));
    assert_eq!(manager.run_pending(), 2);
    manager.settle();
    let seen = seen.lock();
    for (name, thread_name, id) in seen.iter() {
        assert_eq!(*id == thread::current().id(), *name == "inline");
        if *name == "threaded" {
            assert!(thread_name.as_ref().unwrap().starts_with("task-worker-"));
        }
    }
    assert_eq!(seen.len(), 2);
}

#[test]
fn workers_are_reused_and_never_more_than_the_runs_at_one_time() {
    let (clock, manager) = manager();
    let threads = Arc::new(Mutex::new(HashSet::new()));
    for name in ["a", "b"] {
        let threads = threads.clone();
        let body = move || _ = threads.lock().insert(thread::current().id());
        manager
            .add(Task::new(name, body).every("10s").threaded())
            .unwrap();
    }
    for _ in 0..100 {
        clock.advance(secs(10));
        manager.settle();
    }
    assert_eq!(manager["a"].detail().unwrap().counters.ran, 100);
    assert!(
        threads.lock().len() <= 2,
        "{} threads for 200 runs",
        threads.lock().len()
    );
}

#[test]
fn so_many_bodies_run_at_once_as_there_may_be_threads() {
    let (clock, manager) = build(|builder| builder.max_threads(4));
    // Each waits for the other three: with fewer threads nobody would return.
    let barrier = Arc::new(Barrier::new(4));
    for name in ["a", "b", "c", "d"] {
        let barrier = barrier.clone();
        manager
            .add(
                Task::new(name, move || _ = barrier.wait())
                    .every("10s")
                    .threaded(),
            )
            .unwrap();
    }
    for _ in 0..10 {
        clock.advance(secs(10));
        manager.settle();
    }
    assert!(
        manager
            .tasks_detail()
            .iter()
            .all(|task| task.counters.ran == 10)
    );
}

#[test]
fn a_run_without_a_free_thread_waits_and_counts_as_running() {
    let (clock, manager) = build(|builder| builder.max_threads(1));
    let log = Log::new();
    let (task, gate) = gated("a");
    manager.add(log.of(task.every("10s").threaded())).unwrap();
    let b = manager
        .add(log.of(Task::new("b", || ()).every("10s").threaded()))
        .unwrap();
    clock.advance(secs(10));
    assert_eq!(manager.run_pending(), 2);
    gate.begun.recv().unwrap();
    assert!(b.is_running());
    // The next fires find both running.
    clock.advance(secs(10));
    assert_eq!(manager.run_pending(), 0);
    assert_eq!(b.detail().unwrap().counters.skipped.overlap, 1);
    gate.go.send(()).unwrap();
    manager.settle();
    assert_eq!(log.take(), [("a".to_owned(), 10), ("b".to_owned(), 10)]);
}

#[test]
fn a_threaded_delay_counts_from_the_end_of_the_run() {
    let (clock, manager) = manager();
    let (task, gate) = gated("slow");
    let slow = manager.add(task.delay("10s").threaded()).unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    gate.begun.recv().unwrap();
    assert_eq!(slow.next_run(), None); // Until the run has ended.
    assert!(!slow.jobs()[0].is_ended());
    clock.advance(secs(7));
    gate.go.send(()).unwrap();
    manager.settle();
    assert_eq!(slow.next_run(), Some(clock.now() + secs(10)));
}

#[test]
fn run_now_gives_the_run_to_who_waits() {
    let (_clock, manager) = manager();
    let threaded = manager
        .add(Task::new("a", || Err::<(), _>("no")).every("1h").threaded())
        .unwrap();
    let inline = manager
        .add(Task::new("b", || ()).every("1h").disabled())
        .unwrap();
    let run: Run = threaded.run_now().unwrap().wait().unwrap();
    assert_eq!((run.task(), run.error()), ("a", Some("no")));
    // Disabled is for fires; who asks by hand means it.
    assert!(inline.run_now().unwrap().wait().unwrap().is_success());
    assert!(!inline.is_enabled());
    // Nobody has to wait.
    drop(threaded.run_now().unwrap());
    manager.settle();
    assert_eq!(threaded.detail().unwrap().counters.ran, 2);
    // The schedule is what it was.
    assert_eq!(inline.next_run(), Some(common::second(3_600)));
}

#[test]
fn a_task_never_overlaps_itself_from_many_threads() {
    let (clock, manager) = manager();
    let inside = Arc::new(Mutex::new(()));
    let body = {
        let inside = inside.clone();
        move || drop(inside.try_lock().expect("alone"))
    };
    let task = manager
        .add(Task::new("alone", body).every("1ms").threaded())
        .unwrap();
    manager.run().unwrap();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    clock.advance(std::time::Duration::from_millis(1));
                    if let Ok(run) = task.run_now() {
                        run.wait().unwrap();
                    }
                    manager.run_pending();
                }
            });
        }
    });
    manager.settle();
    let counters = task.detail().unwrap().counters;
    assert!(counters.ran > 0);
    assert_eq!(counters.panicked, 0);
}

#[test]
fn a_worker_is_not_free_while_it_drops_what_a_removed_task_held() {
    struct Waits(TaskFunction);
    impl Drop for Waits {
        fn drop(&mut self) {
            // Needs a second worker, while the first is in here.
            self.0.run_now().unwrap().wait().unwrap();
        }
    }
    let (_clock, manager) = manager();
    let b = manager
        .add(Task::new("b", || ()).every("1h").threaded())
        .unwrap();
    let (go, wait) = std::sync::mpsc::channel();
    let (say, begun) = std::sync::mpsc::channel();
    let held = (Waits(b.clone()), Mutex::new(wait));
    let body = move || {
        say.send(()).unwrap();
        held.1.lock().recv().unwrap();
        _ = &held.0;
    };
    let a = manager
        .add(Task::new("a", body).every("1h").threaded())
        .unwrap();
    let handle = a.run_now().unwrap();
    begun.recv().unwrap();
    manager.remove("a").unwrap();
    drop(a); // The run alone holds it.
    go.send(()).unwrap();
    handle.wait().unwrap();
    while b.last().is_none() {
        thread::yield_now();
    }
}
