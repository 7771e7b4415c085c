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
        "the run of the task `b` was not started: its manager was stopped, the task was removed, or a newer run took its place"
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

#[test]
fn stop_wakes_the_loop_and_never_needs_its_timeout() {
    // With a wait that has no end, a loop that isn't woken is noticed.
    for inside in [false, true] {
        let (tell, told) = mpsc::channel();
        let manager = TaskManager::builder()
            .empty()
            .poll_interval(secs(3_600))
            .stop_timeout(std::time::Duration::MAX)
            .build();
        manager.add(Task::new("hourly", || ()).every("1h")).unwrap();
        let weak = manager.downgrade();
        if inside {
            let stops = move || tell.send(weak.upgrade().unwrap().stop()).unwrap();
            let stops = Task::new("stops", stops).every("1h").start("now");
            manager.add(stops.threaded()).unwrap();
            manager.run().unwrap();
        } else {
            manager.run().unwrap();
            std::thread::spawn(move || tell.send(weak.upgrade().unwrap().stop()));
        }
        assert!(told.recv_timeout(secs(60)).expect("stopped").is_clean());
    }
}

#[test]
fn settle_inside_of_an_inline_task_runs_what_else_is_due() {
    let (clock, manager) = manager();
    let (tell, told) = mpsc::channel();
    let weak = manager.downgrade();
    let settles = move || {
        weak.upgrade().unwrap().settle();
        tell.send(weak.upgrade().unwrap()["b"].last().is_some())
            .unwrap();
    };
    manager.add(Task::new("a", settles).every("10s")).unwrap();
    manager.add(Task::new("b", || ()).every("10s")).unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    assert_eq!(told.recv_timeout(secs(60)), Ok(true));
}

#[test]
fn settle_inside_of_a_task_waits_for_the_others() {
    let (clock, manager) = manager();
    let (tell, told) = mpsc::channel();
    let weak = manager.downgrade();
    let settles = move || {
        weak.upgrade().unwrap().settle();
        tell.send(()).unwrap();
    };
    let (other, gate) = gated("b");
    manager.add(other.every("10s").threaded()).unwrap();
    manager
        .add(Task::new("c", settles).every("10s").threaded())
        .unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    gate.begun.recv().unwrap();
    for _ in 0..100 {
        std::thread::yield_now();
    }
    assert_eq!(told.try_recv(), Err(mpsc::TryRecvError::Empty));
    gate.go.send(()).unwrap();
    told.recv_timeout(secs(60)).unwrap();
}

#[test]
fn who_waits_for_a_run_or_settles_is_told_of_a_stop_at_once() {
    for settles in [false, true] {
        let (clock, manager) = build(|builder| {
            builder
                .max_threads(1)
                .stop_timeout(std::time::Duration::MAX)
        });
        let (tell, told) = mpsc::channel();
        let weak = manager.downgrade();
        let waits = move || {
            let manager = weak.upgrade().unwrap();
            let handle = manager["b"].run_now().unwrap();
            tell.send(()).unwrap();
            if settles {
                manager.settle();
            } else {
                assert!(handle.wait().unwrap_err().is_stopped());
            }
        };
        let a = manager
            .add(Task::new("a", waits).every("10s").threaded())
            .unwrap();
        manager
            .add(Task::new("b", || ()).every("1h").threaded())
            .unwrap();
        clock.advance(secs(10));
        manager.run_pending();
        told.recv().unwrap();
        let stopped = manager.stop(); // Would wait for ever.
        assert_eq!(stopped.cancelled, ["b"]);
        assert_eq!(stopped.finished, ["a"]);
        assert!(a.last().unwrap().is_success());
    }
}

#[test]
fn a_run_that_was_cancelled_is_none_of_max_runs() {
    let (clock, manager) = build(|builder| builder.max_threads(1).stop_timeout(secs(0)));
    let (task, gate) = gated("a");
    manager.add(task.every("10s").threaded()).unwrap();
    let b = Task::new("b", || ()).every("10s").max_runs(1).threaded();
    let b = manager.add(b).unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    gate.begun.recv().unwrap();
    while !b.is_running() {
        std::thread::yield_now();
    }
    assert_eq!(manager.stop().cancelled, ["b"]);
    assert_eq!(b.jobs()[0].runs(), 0);
    gate.go.send(()).unwrap();
    manager.remove("a").unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    manager.settle();
    assert_eq!((b.jobs()[0].runs(), b.jobs()[0].is_ended()), (1, true));
}

#[test]
fn a_queued_run_of_a_removed_task_is_not_started() {
    let (clock, manager) = build(|builder| builder.max_threads(1));
    let (task, gate) = gated("a");
    manager.add(task.every("10s").threaded()).unwrap();
    let (tell, told) = mpsc::channel();
    let b = Task::new("b", move || tell.send(()).unwrap())
        .every("10s")
        .threaded();
    let b = manager.add(b).unwrap();
    clock.advance(secs(10));
    manager.run_pending();
    gate.begun.recv().unwrap();
    manager.remove("b").unwrap();
    assert!(!b.is_running());
    gate.go.send(()).unwrap();
    manager.settle();
    drop(b);
    assert_eq!(
        told.recv(),
        Err(mpsc::RecvError),
        "the closure is gone, and was not called"
    );
}

#[test]
fn nothing_is_left_of_a_manager_that_was_dropped() {
    let held = std::sync::Arc::new(());
    for _ in 0..200 {
        let (_clock, manager) = manager();
        let inside = held.clone();
        let body = move || _ = &inside;
        manager
            .add(Task::new("a", body).every("30s").start("now").threaded())
            .unwrap();
        manager.run().unwrap();
    }
    // The threads end by themselves; each takes its closure along.
    while std::sync::Arc::strong_count(&held) > 1 {
        std::thread::yield_now();
    }
}

#[test]
fn a_threaded_delay_wakes_the_loop_when_its_run_has_ended() {
    let (tell, told) = mpsc::channel();
    let manager = TaskManager::builder()
        .empty()
        .poll_interval(secs(3_600))
        .build();
    let poll = Task::new("poll", move || tell.send(()).unwrap())
        .delay("1ms")
        .threaded();
    manager.add(poll.max_runs(3)).unwrap();
    manager.run().unwrap();
    for _ in 0..3 {
        told.recv_timeout(secs(60)).expect("the next run");
    }
}

#[test]
fn a_delay_goes_on_after_a_fire_that_met_a_run_by_hand() {
    let (clock, manager) = manager();
    let (task, gate) = gated("poll");
    let poll = manager.add(task.delay("10s").threaded()).unwrap();
    let handle = poll.run_now().unwrap();
    gate.begun.recv().unwrap();
    clock.advance(secs(10));
    assert_eq!(manager.run_pending(), 0);
    assert_eq!(poll.detail().unwrap().counters.skipped.overlap, 1);
    assert_eq!(poll.next_run(), Some(second(20)));
    gate.go.send(()).unwrap();
    handle.wait().unwrap();
}

#[test]
fn a_manager_without_threads_fails_its_threaded_runs_and_says_why() {
    let (_clock, manager) = build(|builder| builder.max_threads(0));
    let task = manager
        .add(Task::new("a", || ()).every("1h").threaded())
        .unwrap();
    let run = task.run_now().unwrap().wait().unwrap();
    assert_eq!(
        run.error(),
        Some("could not start the worker thread: `max_threads` is 0")
    );
}

#[test]
fn a_stopped_manager_misses_nothing_and_is_not_overdue() {
    let (clock, manager) = manager();
    let beat = manager.add(Task::new("beat", || ()).every("10s")).unwrap();
    manager.run().unwrap();
    manager.stop();
    clock.advance(secs(1_000));
    assert_eq!(beat.next_run(), None);
    assert!(!beat.jobs()[0].is_ended());
    assert!(manager.health()["beat"].is_ok());
    assert_eq!(manager.run_pending(), 0);
    assert_eq!(beat.detail().unwrap().counters.missed, 0);
}
