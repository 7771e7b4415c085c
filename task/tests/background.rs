//! The loop on its own thread: run, stop, wake, and the end of handles.

mod common;

use std::sync::mpsc;

use common::{Log, build, gated, manager, second, secs};
use task::{ManualClock, Task, TaskManager};

#[test]
fn the_loop_runs_what_is_due() {
    let (clock, manager) = manager();
    let log = Log::new();
    manager
        .add(log.of(Task::new("beat", || ()).every("30s")))
        .unwrap();
    assert!(!manager.is_running());
    manager.run().unwrap();
    assert!(manager.is_running());
    for _ in 0..3 {
        clock.advance(secs(30));
        manager.settle();
    }
    assert_eq!(log.fires(), [30, 60, 90]);
    assert!(manager.stop().is_clean());
    assert!(!manager.is_running());
    clock.advance(secs(300));
    assert_eq!(log.fires(), [0i64; 0]);
}

#[test]
fn run_starts_every_job_anew() {
    let (clock, manager) = manager();
    let log = Log::new();
    manager
        .add(log.of(Task::new("beat", || ()).every("30s")))
        .unwrap();
    clock.advance(secs(20));
    manager.run().unwrap();
    assert_eq!(manager.next_run(), Some(second(50)));
    // It is running: this changes nothing.
    clock.advance(secs(10));
    manager.run().unwrap();
    assert_eq!(manager.next_run(), Some(second(50)));
    // After a stop nothing is missed, since nothing was to run.
    manager.stop();
    clock.advance(secs(1_000));
    manager.run().unwrap();
    manager.settle();
    assert_eq!(log.fires(), [0i64; 0]);
    assert_eq!(manager.next_run(), Some(second(1_060)));
    clock.advance(secs(30));
    manager.settle();
    assert_eq!(log.fires(), [1_060]);
}

#[test]
fn an_earlier_job_wakes_the_loop() {
    let (tell, told) = mpsc::channel();
    // The system's clock: nothing but the wake-up ends the wait of an hour.
    let manager = TaskManager::builder()
        .empty()
        .poll_interval(secs(3_600))
        .build();
    manager.add(Task::new("hourly", || ()).every("1h")).unwrap();
    manager.run().unwrap();
    let now = Task::new("now", move || tell.send(()).unwrap())
        .every("1h")
        .start("now");
    manager.add(now).unwrap();
    told.recv_timeout(secs(60))
        .expect("the new job runs at once");
    assert!(manager.stop().is_clean());
}

#[test]
fn rescheduling_and_enabling_are_heeded_while_it_runs() {
    let (clock, manager) = manager();
    let log = Log::new();
    let beat = manager
        .add(log.of(Task::new("beat", || ()).every("1h")))
        .unwrap();
    manager.run().unwrap();
    beat.reschedule("every 10s").unwrap();
    clock.advance(secs(10));
    manager.settle();
    assert_eq!(log.fires(), [10]);
    beat.disable();
    clock.advance(secs(10));
    manager.settle();
    beat.enable();
    clock.advance(secs(10));
    manager.settle();
    assert_eq!(log.fires(), [30]);
}

#[test]
fn many_managers_run_side_by_side_and_share_nothing() {
    let managers: Vec<_> = (0..20).map(|_| manager()).collect();
    for (_, manager) in &managers {
        manager.add(Task::new("beat", || ()).every("30s")).unwrap();
        manager.run().unwrap();
    }
    managers[3].0.advance(secs(30));
    managers[3].1.settle();
    let ran = |manager: &TaskManager| manager["beat"].detail().unwrap().counters.ran;
    let total: u64 = managers.iter().map(|(_, manager)| ran(manager)).sum();
    assert_eq!((ran(&managers[3].1), total), (1, 1));
}

#[test]
fn stop_waits_for_what_runs_and_says_who_finished() {
    let (clock, manager) = manager();
    let (task, gate) = gated("slow");
    manager.add(task.every("10s").threaded()).unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    gate.begun.recv().unwrap();

    let stopping = {
        let manager = manager.clone();
        std::thread::spawn(move || manager.stop())
    };
    // The loop is told at once, before the run has ended.
    while manager.is_running() {
        std::thread::yield_now();
    }
    gate.go.send(()).unwrap();
    let stopped = stopping.join().unwrap();
    assert_eq!(stopped.finished, ["slow"]);
    assert!(stopped.is_clean());
}

#[test]
fn stop_gives_up_on_a_body_that_never_returns() {
    for threaded in [false, true] {
        let (clock, manager) = build(|builder| builder.stop_timeout(secs(0)));
        let (task, gate) = gated("stuck");
        let task = task.every("10s");
        manager
            .add(if threaded { task.threaded() } else { task })
            .unwrap();
        manager.run().unwrap();
        clock.advance(secs(10));
        gate.begun.recv().unwrap();

        let stopped = manager.stop();
        assert_eq!(stopped.abandoned, ["stuck"], "threaded: {threaded}");
        assert!(!stopped.is_clean());
        assert_eq!(stopped.to_string(), "abandoned: stuck");
        assert!(!manager.is_running());
        assert!(manager["stuck"].is_running());

        // A new loop takes over, and other tasks run.
        let log = Log::new();
        manager
            .add(log.of(Task::new("beat", || ()).every("30s")))
            .unwrap();
        manager.run().unwrap();
        clock.advance(secs(30));
        while log.fires().is_empty() {
            std::thread::yield_now();
        }
        gate.go.send(()).unwrap();
        manager.settle();
        assert!(!manager["stuck"].is_running());
        assert!(manager.stop().is_clean());
    }
}

#[test]
fn runs_that_wait_for_a_worker_are_cancelled_by_stop() {
    let (clock, manager) = build(|builder| builder.max_threads(1).stop_timeout(secs(0)));
    let (task, gate) = gated("a");
    manager.add(task.every("10s").threaded()).unwrap();
    let b = manager
        .add(Task::new("b", || ()).every("10s").threaded())
        .unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    gate.begun.recv().unwrap();
    while !b.is_running() {
        std::thread::yield_now();
    }
    let stopped = manager.stop();
    assert_eq!(stopped.abandoned, ["a"]);
    assert_eq!(stopped.cancelled, ["b"]);
    assert_eq!(stopped.to_string(), "cancelled: b; abandoned: a");
    assert!(!b.is_running());
    assert_eq!(b.detail().unwrap().counters.skipped.stopped, 1);
    gate.go.send(()).unwrap();
}

#[test]
fn who_waits_for_a_cancelled_run_is_told() {
    let (clock, manager) = build(|builder| builder.max_threads(1).stop_timeout(secs(0)));
    let (task, gate) = gated("a");
    manager.add(task.every("10s").threaded()).unwrap();
    let b = manager
        .add(Task::new("b", || ()).every("1h").threaded())
        .unwrap();
    clock.advance(secs(10));
    manager.run_pending();
    gate.begun.recv().unwrap();
    let handle = b.run_now().unwrap();
    manager.stop();
    let error = handle.wait().unwrap_err();
    assert!(error.is_stopped());
    assert_eq!(
        error.to_string(),
        "the run of the task `b` was not started: the manager was stopped"
    );
    gate.go.send(()).unwrap();
}

#[test]
fn a_round_under_way_starts_nothing_after_a_stop() {
    let (clock, manager) = manager();
    let log = Log::new();
    let inner = manager.clone();
    let stops = Task::new("a stops", move || {
        let _ = inner.stop();
    });
    manager.add(log.of(stops.every("10s"))).unwrap();
    manager
        .add(log.of(Task::new("b", || ()).every("10s")))
        .unwrap();
    clock.advance(secs(10));
    assert_eq!(manager.run_pending(), 1);
    assert_eq!(log.take(), [("a stops".to_owned(), 10)]);
    // By hand it goes on: that fire is still due.
    assert_eq!(manager.run_pending(), 1);
}

#[test]
fn stop_from_inside_of_a_task_doesnt_wait_for_it() {
    for threaded in [false, true] {
        let (clock, manager) = manager();
        let (tell, told) = mpsc::channel();
        let inner = manager.clone();
        let task = Task::new("stops", move || tell.send(inner.stop()).unwrap()).every("10s");
        manager
            .add(if threaded { task.threaded() } else { task })
            .unwrap();
        manager.run().unwrap();
        clock.advance(secs(10));
        assert!(told.recv_timeout(secs(60)).unwrap().is_clean());
        manager.settle();
        assert!(!manager.is_running());
        // And it can be started again.
        manager.run().unwrap();
        clock.advance(secs(10));
        assert!(told.recv_timeout(secs(60)).unwrap().is_clean());
    }
}

#[test]
fn dropping_the_last_handle_stops_without_waiting() {
    let (clock, manager) = manager();
    let (task, gate) = gated("slow");
    let slow = manager.add(task.every("10s").threaded()).unwrap();
    let clone = manager.clone();
    manager.run().unwrap();
    clock.advance(secs(10));
    gate.begun.recv().unwrap();
    drop(manager);
    assert!(clone.is_running());
    drop(clone); // Would wait for ever if it waited.
    gate.go.send(()).unwrap();
    while slow.is_running() {
        std::thread::yield_now();
    }
    let error = slow.run_now().unwrap_err();
    assert!(error.is_stopped());
    assert_eq!(
        error.to_string(),
        "the last handle of the task manager was dropped"
    );
}

#[test]
fn a_manager_that_was_never_run_can_be_stopped_and_dropped() {
    let manager = TaskManager::builder().empty().build();
    assert_eq!(manager.stop().to_string(), "nothing was running");
    assert!(manager.stop().is_clean());
    drop(manager);
    let (_, manager) = common::manager();
    manager.run().unwrap();
    drop(manager);
}

#[test]
fn the_system_clock_drives_it_for_real() {
    let (tell, told) = mpsc::channel();
    let manager = TaskManager::builder().empty().build();
    manager
        .add(
            Task::new("beat", move || tell.send(()).unwrap())
                .every("1ms")
                .max_runs(3),
        )
        .unwrap();
    manager.run().unwrap();
    for _ in 0..3 {
        told.recv_timeout(secs(60)).unwrap();
    }
    assert!(manager.stop().is_clean());
    assert!(manager["beat"].jobs()[0].is_ended());
}

#[test]
fn settle_drives_a_manager_that_is_not_running() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let log = Log::new();
    manager
        .add(log.of(Task::new("a", || ()).every("10s")))
        .unwrap();
    manager
        .add(log.of(Task::new("b", || ()).every("10s").threaded()))
        .unwrap();
    clock.advance(secs(10));
    manager.settle();
    assert_eq!(log.take().len(), 2);
}

#[test]
fn nothing_starts_after_stop_has_returned() {
    // A race: with the mistake that this is about, most of the tries failed.
    for _ in 0..300 {
        for threaded in [false, true] {
            let (_clock, manager) = manager();
            let task = Task::new("now", std::thread::yield_now)
                .every("30s")
                .start("now");
            let task = manager
                .add(if threaded { task.threaded() } else { task })
                .unwrap();
            manager.run().unwrap();
            assert!(manager.stop().is_clean());
            let ran = task.detail().unwrap().counters.ran;
            assert!(!task.is_running());
            std::thread::yield_now();
            assert_eq!(task.detail().unwrap().counters.ran, ran);
        }
    }
}
