//! What a probe is told.

mod common;

use std::sync::mpsc;

use common::{build, manager, secs};
use parking_lot::Mutex;
use task::{Health, SchedulerHealth, Task};

#[test]
fn the_scheduler_says_who_drives_it() {
    let (clock, manager) = manager();
    manager.add(Task::new("a", || ()).every("10s")).unwrap();
    let check = |expected: SchedulerHealth, is_ok| {
        let health = manager.health();
        assert_eq!(*health.scheduler(), expected);
        assert_eq!((health.is_ok(), health.is_alive()), (is_ok, true));
    };
    check(SchedulerHealth::NotStarted, false);
    manager.run_pending();
    check(SchedulerHealth::ByHand, true);
    manager.run().unwrap();
    check(SchedulerHealth::Running, true);
    manager.stop();
    check(SchedulerHealth::Stopped, false);
    manager.run().unwrap();
    clock.advance(secs(100));
    manager.settle();
    check(SchedulerHealth::Running, true);
}

#[test]
fn nobody_who_drives_it_is_seen_by_tasks_that_are_overdue() {
    let (clock, manager) = manager();
    manager.add(Task::new("a", || ()).every("10s")).unwrap();
    manager.run_pending();
    clock.advance(secs(35));
    let health = manager.health();
    assert_eq!(health["a"], Health::Overdue { periods: 2 });
    assert!(!health.is_ok() && health.is_alive());
    assert_eq!(
        health.to_string(),
        "driven by hand; a: overdue by 2 periods"
    );
    manager.run_pending();
    assert!(manager.health().is_ok());
}

#[test]
fn a_body_that_holds_the_loop_up_is_named() {
    let (clock, manager) = build(|builder| builder.stalled_after(secs(20)));
    let (begin, begun) = mpsc::channel();
    let (go, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let body = move || {
        begin.send(()).unwrap();
        gate.lock().recv().unwrap();
    };
    manager.add(Task::new("long", body).every("10s")).unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    begun.recv().unwrap();
    clock.advance(secs(20));
    assert_eq!(*manager.health().scheduler(), SchedulerHealth::Running);
    clock.advance(secs(1));
    let health = manager.health();
    assert!(matches!(
        health.scheduler(),
        SchedulerHealth::Stalled { task: Some(task), duration, .. }
            if task == "long" && *duration == secs(21)
    ));
    assert!(!health.is_ok() && !health.is_alive());
    assert_eq!(health.to_string(), "held up by long for 21s");
    // It goes on, and with it the loop: the fires that it has missed are one.
    go.send(()).unwrap();
    begun.recv().unwrap();
    assert_eq!(*manager.health().scheduler(), SchedulerHealth::Running);
    go.send(()).unwrap();
    manager.settle();
    assert!(manager.health().is_ok());
}

#[test]
fn many_short_bodies_are_no_stall() {
    let (clock, manager) = build(|builder| builder.stalled_after(secs(20)));
    let (begin, begun) = mpsc::channel();
    let (go, gate) = mpsc::channel::<()>();
    let gate = std::sync::Arc::new(Mutex::new(gate));
    for name in ["a", "b", "c"] {
        let (begin, gate) = (begin.clone(), gate.clone());
        let body = move || {
            begin.send(()).unwrap();
            gate.lock().recv().unwrap();
        };
        manager.add(Task::new(name, body).every("1h")).unwrap();
    }
    manager.run().unwrap();
    clock.advance(secs(3600));
    for _ in 0..3 {
        begun.recv().unwrap();
        clock.advance(secs(15));
        assert!(manager.health().is_alive());
        go.send(()).unwrap();
    }
    manager.settle();
    assert!(manager.health().is_ok());
}

#[test]
#[should_panic(expected = "no task is named `b`")]
fn a_task_that_is_not_there_has_no_health() {
    let (_clock, manager) = manager();
    manager.add(Task::new("a", || ()).every("10s")).unwrap();
    let _ = &manager.health()["b"];
}

#[cfg(feature = "serde")]
#[test]
fn a_probe_reads_it_as_json() {
    let (clock, manager) = manager();
    let fails = Task::new("fails", || Err::<(), _>("down")).every("10s");
    manager.add(fails).unwrap();
    manager.add(Task::new("late", || ()).every("5s")).unwrap();
    clock.advance(secs(10));
    manager.run_pending();
    clock.advance(secs(9));
    let expected = serde_json::json!({
        "ok": false,
        "scheduler": { "state": "by_hand" },
        "tasks": {
            "fails": { "state": "failing", "in_a_row": 1 },
            "late": { "state": "ok" },
        },
    });
    let health = serde_json::to_value(manager.health()).unwrap();
    assert_eq!(health, expected);
}

#[test]
fn what_was_stopped_is_driven_by_nobody_whoever_calls_rounds() {
    let (clock, manager) = manager();
    let weak = manager.downgrade();
    let settles = move || weak.upgrade().unwrap().settle();
    manager.add(Task::new("a", settles).every("10s")).unwrap();
    manager.add(Task::new("b", || ()).every("10s")).unwrap();
    manager.run().unwrap();
    clock.advance(secs(10)); // What is due in `a`'s hands is done by its settling.
    manager.settle();
    manager.stop();
    assert_eq!(*manager.health().scheduler(), SchedulerHealth::Stopped);
    manager.run_pending();
    assert_eq!(*manager.health().scheduler(), SchedulerHealth::Stopped);
}

#[test]
fn attempts_that_follow_one_another_are_no_stall() {
    let (clock, manager) = build(|builder| builder.stalled_after(secs(20)));
    let seen = std::sync::Arc::new(Mutex::new(Vec::new()));
    for n in 0..40 {
        let (clock, weak, seen) = (clock.clone(), manager.downgrade(), seen.clone());
        let body = move |context: &task::Context| {
            if context.attempt() == 1 {
                return Err("not yet");
            }
            clock.advance(secs(1));
            let health = weak.upgrade().unwrap().health();
            seen.lock().push(health.scheduler().clone());
            Ok(())
        };
        let task = Task::new(format!("t{n}"), body).every("10m");
        manager.add(task.retry(1).backoff("1s")).unwrap();
    }
    manager.run().unwrap();
    clock.advance(secs(600));
    manager.settle();
    clock.advance(secs(1));
    manager.settle();
    assert_eq!(*seen.lock(), vec![SchedulerHealth::Running; 40]);
}

#[test]
fn a_body_that_a_stop_left_behind_is_not_blamed() {
    let (clock, manager) = build(|builder| builder.stalled_after(secs(20)));
    let [first, second] = ["a", "b"].map(|name| {
        let (begin, begun) = mpsc::channel();
        let (go, gate) = mpsc::channel::<()>();
        let gate = Mutex::new(gate);
        let body = move || {
            begin.send(()).unwrap();
            gate.lock().recv().unwrap_or_default();
        };
        let task = Task::new(name, body).every("10s").max_runs(1);
        (manager.add(task).unwrap(), begun, go)
    });
    manager.run().unwrap();
    clock.advance(secs(10));
    first.1.recv().unwrap();
    let stopped = manager.stop_within(std::time::Duration::from_millis(1));
    assert_eq!(stopped.abandoned, ["a"]);
    manager.run().unwrap();
    clock.advance(secs(10));
    second.1.recv().unwrap();
    clock.advance(secs(40));
    let health = manager.health();
    assert_eq!(health.scheduler().to_string(), "held up by b for 40s");
    drop((first.2, second.2));
    manager.settle();
}

#[test]
fn a_fire_that_is_late_by_less_than_a_second_is_not_overdue() {
    let (clock, manager) = manager();
    manager.add(Task::new("a", || ()).every("1ms")).unwrap();
    manager.run_pending();
    clock.advance(std::time::Duration::from_millis(999));
    assert!(manager.health().is_ok());
    clock.advance(secs(1));
    assert!(matches!(
        manager.health()["a"],
        Health::Overdue { periods: 1_998 }
    ));
}
