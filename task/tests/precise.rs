//! Which threads have the least timer slack, by `builder.precise(true)`.
#![cfg(all(feature = "precise", target_os = "linux"))]

mod common;

use std::sync::mpsc::{self, Sender};

use common::build;
use rustix::thread::current_timer_slack;
use task::{Task, TaskManager, TaskManagerBuilder};

/// What a thread has been found to have.
type Found = (&'static str, u64);

fn builder() -> TaskManagerBuilder {
    TaskManager::builder().empty()
}

/// A function that tells what the thread has which it is called on.
fn found(what: &'static str, tell: &Sender<Found>) -> impl Fn() + Send + Sync + use<> {
    let tell = tell.clone();
    move || {
        let _ = tell.send((what, current_timer_slack().unwrap()));
    }
}

#[test]
fn the_loop_has_the_least_slack_and_what_it_starts_the_usual() {
    let usual = current_timer_slack().unwrap();
    assert!(usual > 1, "this thread has the least itself");
    let (tell, told) = mpsc::channel();
    let observer = found("observer", &tell);
    let manager = builder()
        .precise(true)
        .on_event(move |_| observer())
        .build();
    let inline = Task::new("inline", found("inline", &tell));
    let threaded = Task::new("threaded", found("threaded", &tell)).threaded();
    let asynchronous = found("async", &tell);
    let asynchronous = Task::new_async("async", move || {
        asynchronous();
        async {}
    });
    for task in [inline, threaded, asynchronous] {
        manager.add(task.every("1h").start("now")).unwrap();
    }
    manager.run().unwrap();
    manager.settle();
    manager.stop();

    let mut told: Vec<_> = told.try_iter().collect();
    told.sort_unstable();
    told.dedup();
    let expected = [
        ("async", usual),
        ("inline", 1),
        ("observer", usual),
        ("threaded", usual),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_loop_that_is_started_in_a_precise_one_has_the_usual_slack() {
    let usual = current_timer_slack().unwrap();
    let (tell, told) = mpsc::channel();
    let outer = builder().precise(true).build();
    let start = move || {
        let inner = builder().build();
        let (tell_here, told_here) = mpsc::channel();
        let beat = Task::new("inner", found("inner", &tell_here));
        inner.add(beat.every("1h").start("now")).unwrap();
        inner.run().unwrap();
        // Not `settle`, which would run it on this thread.
        tell.send(told_here.recv().unwrap()).unwrap();
        // This one is what it was again.
        found("outer", &tell)();
    };
    let start = Task::new("outer", start).every("1h").start("now");
    outer.add(start).unwrap();
    outer.run().unwrap();
    outer.settle();
    let told: Vec<_> = told.try_iter().collect();
    assert_eq!(told, [("inner", usual), ("outer", 1)]);
}

#[test]
fn the_loop_has_the_usual_slack_otherwise() {
    let usual = current_timer_slack().unwrap();
    let (tell, told) = mpsc::channel();
    let add = |manager: &TaskManager| {
        let beat = Task::new("beat", found("beat", &tell));
        manager.add(beat.every("1h").start("now")).unwrap();
    };
    // With nothing said of it, with `false`, and on a clock that no wait makes go on.
    let (_clock, manual) = build(|builder| builder.precise(true));
    for manager in [builder().build(), builder().precise(false).build(), manual] {
        add(&manager);
        manager.run().unwrap();
        manager.settle();
        assert_eq!(told.try_recv(), Ok(("beat", usual)));
    }
    // On the caller's thread nothing is changed.
    let manager = builder().precise(true).build();
    add(&manager);
    assert_eq!(manager.run_pending(), 1);
    assert_eq!(told.try_recv(), Ok(("beat", usual)));
}
