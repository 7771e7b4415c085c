//! User code that fails, panics, re-enters, drops, or never returns: what
//! happens to it, to the others and to the loop.

mod common;

use std::{
    panic::panic_any,
    sync::{Arc, mpsc},
};

use common::{Log, build, gated, manager, secs};
use parking_lot::Mutex;
use task::{Outcome, Run, Task, TaskFunction, TaskManager};

/// Adds the task and one after it, lets both fire, and returns the first.
/// Checks that the other one ran all the same, and goes on running.
#[track_caller]
fn survives(threaded: bool, in_loop: bool, task: Task) -> (TaskManager, TaskFunction) {
    let (clock, manager) = manager();
    let log = Log::new();
    let task = task.every("10s");
    let task = manager
        .add(if threaded { task.threaded() } else { task })
        .unwrap();
    manager
        .add(log.of(Task::new("zz other", || ()).every("10s")))
        .unwrap();
    if in_loop {
        manager.run().unwrap();
    }
    for _ in 0..2 {
        clock.advance(secs(10));
        manager.settle();
    }
    assert_eq!(log.fires(), [10, 20]);
    assert!(!task.is_running());
    assert_eq!(manager.is_running(), in_loop);
    (manager, task)
}

/// Each case on the caller's thread, on the loop's and on a worker's.
fn everywhere(check: impl Fn(bool, bool)) {
    for (threaded, in_loop) in [(false, false), (false, true), (true, false), (true, true)] {
        check(threaded, in_loop);
    }
}

fn outcome(task: &TaskFunction) -> Outcome {
    task.last().unwrap().outcome().clone()
}

#[test]
fn a_body_that_fails() {
    everywhere(|threaded, in_loop| {
        let task = Task::new("fails", || "x".parse::<u8>());
        let (_manager, task) = survives(threaded, in_loop, task);
        assert_eq!(
            outcome(&task),
            Outcome::Failed("invalid digit found in string".to_owned())
        );
        let detail = task.detail().unwrap();
        assert_eq!((detail.counters.ran, detail.counters.failed), (2, 2));
        assert_eq!(detail.health.to_string(), "failing 2 in a row");
    });
}

#[test]
fn a_body_that_panics() {
    everywhere(|threaded, in_loop| {
        let task = Task::new("panics", || -> () { panic!("disk {} is full", 7) });
        let (_manager, task) = survives(threaded, in_loop, task);
        assert_eq!(
            outcome(&task),
            Outcome::Panicked("disk 7 is full".to_owned())
        );
        let counters = task.detail().unwrap().counters;
        assert_eq!(
            (counters.ran, counters.failed, counters.panicked),
            (2, 0, 2)
        );
    });
}

#[test]
fn a_body_that_panics_without_a_text() {
    everywhere(|threaded, in_loop| {
        let (_manager, task) = survives(
            threaded,
            in_loop,
            Task::new("panics", || -> () { panic_any(7) }),
        );
        assert_eq!(
            outcome(&task),
            Outcome::Panicked("the panic carries no text".to_owned())
        );
    });
}

#[test]
fn a_panic_whose_payload_panics_when_it_is_dropped() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic_any(Bomb); // And so on for ever, if somebody drops that one.
        }
    }
    everywhere(|threaded, in_loop| {
        let (_manager, task) = survives(
            threaded,
            in_loop,
            Task::new("panics", || -> () { panic_any(Bomb) }),
        );
        assert_eq!(task.detail().unwrap().counters.panicked, 2);
    });
}

#[test]
fn an_error_whose_text_panics() {
    struct Broken;
    impl std::fmt::Display for Broken {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("no text")
        }
    }
    let (_manager, task) = survives(false, true, Task::new("fails", || Err::<(), _>(Broken)));
    assert_eq!(outcome(&task), Outcome::Panicked("no text".to_owned()));
}

#[test]
fn callbacks_that_panic() {
    everywhere(|threaded, in_loop| {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let complete = seen.clone();
        let task = Task::new("works", || ())
            .on_success(|| panic!("first"))
            .on_complete(move |run: &Run| {
                complete.lock().push(run.is_success());
                panic!("second")
            });
        let (_manager, task) = survives(threaded, in_loop, task);
        let detail = task.detail().unwrap();
        // The run itself succeeded, and the later callback was called all the same.
        assert_eq!((detail.counters.ran, detail.counters.panicked), (2, 0));
        assert_eq!(detail.counters.callbacks_panicked, 4);
        assert_eq!(
            detail.last_callback_panic.as_deref(),
            Some("on_complete: second")
        );
        assert_eq!(*seen.lock(), [true, true]);
    });
}

#[test]
fn callbacks_are_called_for_the_outcome_that_they_are_for() {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let say = |what: &'static str| {
        let calls = calls.clone();
        move |run: &Run| calls.lock().push((what, run.error().map(str::to_owned)))
    };
    let (clock, manager) = manager();
    let mut turn = 0..;
    let turn = Mutex::new(move || turn.next().unwrap());
    let body = move || match (turn.lock())() {
        0 => Ok(()),
        1 => Err("failed"),
        _ => panic!("panicked"),
    };
    let task = Task::new("turns", body)
        .every("10s")
        .on_success(say("success"))
        .on_failed(say("failed"))
        .on_complete(say("complete"));
    manager.add(task).unwrap();
    for _ in 0..3 {
        clock.advance(secs(10));
        manager.run_pending();
    }
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        *calls.lock(),
        [
            ("success", None),
            ("complete", None),
            ("failed", text("failed")),
            ("complete", text("failed")),
            ("failed", text("panicked")),
            ("complete", text("panicked")),
        ]
    );
}

#[test]
fn a_body_and_a_callback_that_call_every_method_of_the_manager() {
    fn call_everything(manager: &TaskManager) {
        let own = manager.get("re-enters").unwrap();
        assert!(own.is_running());
        assert!(own.run_now().unwrap_err().is_already_running());
        assert_eq!(own.jobs().len(), 1);
        own.jobs()[0].cancel();
        own.reschedule("every 10s").unwrap();
        own.disable();
        own.enable();
        let _ = (
            own.detail().unwrap(),
            own.next_run(),
            own.last_run(),
            own.jobs()[0].to_string(),
        );

        let added = manager
            .add(Task::new("added", || ()).every("1h").tag("new"))
            .unwrap();
        added.run_now().unwrap().wait().unwrap();
        added.cancel();
        assert_eq!(manager.tagged("new"), [added]);
        assert_eq!(manager.clear("new"), 1);
        manager
            .add(Task::new("removed", || ()).every("1h"))
            .unwrap();
        manager.remove("removed").unwrap();
        manager.remove("removed").unwrap_err();

        manager.run_pending();
        manager.run_all(secs(0));
        manager.settle();
        manager.check().unwrap();
        let _ = (
            manager.tasks(),
            manager.tasks_detail(),
            manager.health(),
            manager.upcoming(3),
        );
        let _ = (
            manager.next_run(),
            manager.idle(),
            manager.is_running(),
            format!("{manager:?}"),
        );
        assert_eq!(manager["re-enters"], own);
        let was_running = manager.is_running();
        assert!(manager.stop().is_clean());
        if was_running {
            manager.run().unwrap();
        }
    }
    // One clock and one task at a time: the other task of `survives` would be
    // a second run in a round that was stopped.
    everywhere(|threaded, in_loop| {
        let (clock, manager) = manager();
        let (body, callback) = (manager.clone(), manager.clone());
        let task = Task::new("re-enters", move || call_everything(&body))
            .every("10s")
            .on_complete(move || call_everything(&callback));
        let task = manager
            .add(if threaded { task.threaded() } else { task })
            .unwrap();
        if in_loop {
            manager.run().unwrap();
        }
        for _ in 0..2 {
            clock.advance(secs(10));
            manager.settle();
        }
        let detail = task.detail().unwrap();
        assert_eq!(detail.last.unwrap().outcome, Outcome::Succeeded);
        assert_eq!(
            (detail.counters.ran, detail.counters.callbacks_panicked),
            (2, 0)
        );
        assert_eq!(manager.is_running(), in_loop);
        // The bodies hold handles: without this the managers would live for ever.
        manager.clear(None);
    });
}

#[test]
fn a_body_that_drops_the_last_handle_of_its_manager() {
    for threaded in [false, true] {
        let (clock, manager) = manager();
        let slot = Arc::new(Mutex::new(None));
        let (tell, told) = mpsc::channel();
        let last = slot.clone();
        let body = move || {
            drop(last.lock().take());
            tell.send(()).unwrap();
        };
        let task = Task::new("drops", body).every("10s");
        let task = manager
            .add(if threaded { task.threaded() } else { task })
            .unwrap();
        manager.run().unwrap();
        *slot.lock() = Some(manager);
        clock.advance(secs(10));
        told.recv_timeout(secs(60)).unwrap();
        while task.is_running() {
            std::thread::yield_now();
        }
        assert!(task.run_now().unwrap_err().is_stopped());
    }
}

#[test]
fn a_threaded_body_that_never_returns_holds_up_only_itself() {
    let (clock, manager) = manager();
    let log = Log::new();
    let (task, gate) = gated("stuck");
    let stuck = manager.add(task.every("10s").threaded()).unwrap();
    let other = manager
        .add(log.of(Task::new("other", || ()).every("10s")))
        .unwrap();
    for _ in 0..3 {
        clock.advance(secs(10));
        manager.run_pending();
    }
    gate.begun.recv().unwrap();
    assert_eq!(log.fires(), [10, 20, 30]);
    assert!(stuck.is_running());
    let detail = stuck.detail().unwrap();
    assert_eq!(
        (detail.counters.ran, detail.counters.skipped.overlap),
        (0, 2)
    );
    assert_eq!(other.detail().unwrap().counters.ran, 3);
    gate.go.send(()).unwrap();
    manager.settle();
    assert!(!stuck.is_running());
}

#[test]
fn a_task_that_is_removed_while_it_runs() {
    let (clock, manager) = manager();
    let (task, gate) = gated("slow");
    let slow = manager.add(task.every("10s").threaded()).unwrap();
    clock.advance(secs(10));
    manager.run_pending();
    gate.begun.recv().unwrap();
    manager.remove("slow").unwrap();
    // Another one takes its name at once, and is not confused with it.
    let second = manager.add(Task::new("slow", || ()).every("10s")).unwrap();
    assert_ne!(slow, second);
    assert!(slow.is_running());
    assert!(!second.is_running());
    gate.go.send(()).unwrap();
    manager.settle();
    assert!(!slow.is_running());
    assert_eq!(second.detail().unwrap().counters.ran, 0);
    assert!(slow.detail().unwrap_err().is_unknown_task());
    assert!(slow.run_now().unwrap_err().is_unknown_task());
    assert!(slow.jobs().is_empty());
    clock.advance(secs(10));
    assert_eq!(manager.run_pending(), 1);
}

#[test]
fn what_a_removed_task_holds_is_dropped_without_a_lock() {
    struct Calls(TaskManager, mpsc::Sender<usize>);
    impl Drop for Calls {
        fn drop(&mut self) {
            self.1.send(self.0.tasks().len()).unwrap();
        }
    }
    let (_clock, manager) = manager();
    let (tell, told) = mpsc::channel();
    let make = |name: &str| {
        let calls = Calls(manager.clone(), tell.clone());
        Task::new(name, move || _ = &calls).every("10s")
    };
    drop(manager.add(make("a")).unwrap());
    manager.remove("a").unwrap();
    assert_eq!(told.recv().unwrap(), 0);
    // A task that is refused is dropped too.
    drop(manager.add(make("b")).unwrap());
    manager.add(make("b")).unwrap_err();
    assert_eq!(told.recv().unwrap(), 1);
    manager.clear(None);
    assert_eq!(told.recv().unwrap(), 0);
}

#[test]
fn a_closure_that_panics_as_it_is_dropped_on_a_worker() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }
    let (_clock, manager) = build(|builder| builder.max_threads(1));
    let inner = manager.clone();
    let (go, wait) = mpsc::channel();
    let hold = (Bomb, Mutex::new(wait));
    let body = move || {
        hold.1.lock().recv().unwrap();
        _ = &hold.0;
        inner.remove("bomb").unwrap();
    };
    let bomb = manager
        .add(Task::new("bomb", body).every("1h").threaded())
        .unwrap();
    let handle = bomb.run_now().unwrap();
    drop(bomb); // From here on the run alone holds the closure.
    go.send(()).unwrap();
    assert!(handle.wait().unwrap().is_success());
    // The one worker that there may be is alive.
    let after = manager
        .add(Task::new("after", || ()).every("1h").threaded())
        .unwrap();
    assert!(after.run_now().unwrap().wait().unwrap().is_success());
}

#[test]
fn a_worker_that_cannot_be_spawned() {
    // No machine has an address space for such a stack.
    let (clock, manager) = build(|builder| builder.stack_size(1 << 60));
    let log = Log::new();
    let failed = Arc::new(Mutex::new(Vec::new()));
    let of = failed.clone();
    let task = Task::new("threaded", || ())
        .every("10s")
        .threaded()
        .on_failed(move |run: &Run| of.lock().push(run.error().unwrap().to_owned()));
    let task = manager.add(task).unwrap();
    manager
        .add(log.of(Task::new("inline", || ()).every("10s")))
        .unwrap();
    manager.run().unwrap();
    for _ in 0..2 {
        clock.advance(secs(10));
        manager.settle();
    }
    assert_eq!(log.fires(), [10, 20]);
    assert!(manager.is_running());
    assert!(!task.is_running());
    let detail = task.detail().unwrap();
    assert_eq!((detail.counters.ran, detail.counters.failed), (2, 2));
    let messages = std::mem::take(&mut *failed.lock());
    assert_eq!(messages.len(), 2);
    assert!(
        messages[0].starts_with("could not start the worker thread: "),
        "{messages:?}"
    );
    let run = task.run_now().unwrap().wait().unwrap();
    assert!(!run.is_success());
}
