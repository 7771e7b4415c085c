//! Tasks that are removed: what runs goes on to its end, what waits doesn't
//! begin, nothing of the task stays in memory, and its handles answer as they say.

mod common;

use std::{
    future::pending,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Receiver, Sender},
    },
};

use common::{build, gated, manager, secs, until, within_10s};
use parking_lot::Mutex;
use task::{Event, ManualClock, Overlap, Run, Skip, SkipReason, Task, TaskManager};

/// A manager with a task `held`, which is about to be removed.
struct Scene {
    clock: ManualClock,
    manager: TaskManager,
    /// What the task has captured, apart from this handle of it.
    token: Arc<()>,
    ended: Receiver<Run>,
    skipped: Receiver<SkipReason>,
}

impl Scene {
    fn new(max_threads: usize, is_running: bool, task: Task) -> Scene {
        // Observers see events of it, and must not keep more than its name.
        let events = Mutex::new(Vec::<Event>::new());
        let (clock, manager) = build(|builder| {
            builder
                .max_threads(max_threads)
                .on_event(move |event: &Event| events.lock().push(event.clone()))
        });
        let (tell_end, ended) = mpsc::channel();
        let (tell_skip, skipped) = mpsc::channel();
        let token = Arc::new(());
        // A callback captures as a body does.
        let held = token.clone();
        let task = task
            .every("10s")
            .on_complete(move |run: &Run| {
                let _ = &held;
                tell_end.send(run.clone()).unwrap();
            })
            .on_skipped(move |skip: &Skip| tell_skip.send(skip.reason()).unwrap());
        manager.add(task).unwrap();
        if is_running {
            manager.run().unwrap();
        }
        Scene {
            clock,
            manager,
            token,
            ended,
            skipped,
        }
    }

    /// Removes the task while its body is held by the gate, and lets the body go.
    #[track_caller]
    fn remove_while_it_runs(&self, begun: &Receiver<()>, go: &Sender<()>) {
        self.clock.advance(secs(10));
        begun.recv().unwrap();
        self.manager.remove("held").unwrap();
        // The body and its callbacks are still needed.
        assert!(Arc::strong_count(&self.token) > 1);
        go.send(()).unwrap();
        assert!(self.ended.recv().unwrap().is_success());
        self.nothing_is_left();
    }

    #[track_caller]
    fn nothing_is_left(&self) {
        // The thread that ran it last may have it for a moment longer.
        until(|| Arc::strong_count(&self.token) == 1);
        // And nothing fires any more.
        self.clock.advance(secs(100));
        self.manager.settle();
        assert!(self.ended.try_recv().is_err());
        assert_eq!(self.manager.get("held"), None);
    }
}

#[test]
fn an_idle_task() {
    for is_running in [false, true] {
        within_10s("idle", move || {
            let scene = Scene::new(1, is_running, Task::new("held", || ()));
            scene.clock.advance(secs(10));
            scene.manager.settle();
            assert!(scene.ended.recv().unwrap().is_success());
            scene.manager.remove("held").unwrap();
            scene.nothing_is_left();
        });
    }
}

#[test]
fn a_task_that_runs_on_the_loop_or_on_a_worker() {
    for is_threaded in [false, true] {
        within_10s("running", move || {
            let (task, gate) = gated("held");
            let task = if is_threaded { task.threaded() } else { task };
            let scene = Scene::new(1, true, task);
            scene.remove_while_it_runs(&gate.begun, &gate.go);
        });
    }
}

#[test]
fn a_task_whose_future_is_under_way() {
    within_10s("async", || {
        let (say, begun) = mpsc::channel();
        let (go, wait) = mpsc::channel();
        let wait = Arc::new(Mutex::new(wait));
        let task = Task::new_async("held", move || {
            let (say, wait) = (say.clone(), wait.clone());
            async move {
                say.send(()).unwrap();
                wait.lock().recv().unwrap();
            }
        });
        let scene = Scene::new(1, true, task);
        scene.remove_while_it_runs(&begun, &go);
    });
}

#[test]
fn a_task_whose_future_never_ends_goes_with_the_stop_or_the_manager() {
    for by_stop in [true, false] {
        within_10s("pending", move || {
            let (say, begun) = mpsc::channel();
            let task = Task::new_async("held", move || {
                let say = say.clone();
                async move {
                    say.send(()).unwrap();
                    pending::<()>().await
                }
            });
            let scene = Scene::new(1, true, task);
            scene.clock.advance(secs(10));
            begun.recv().unwrap();
            scene.manager.remove("held").unwrap();
            assert!(Arc::strong_count(&scene.token) > 1);
            if by_stop {
                let stopped = scene.manager.stop_within(secs(0));
                assert_eq!(stopped.cancelled, ["held"]);
            } else {
                drop(scene.manager);
            }
            until(|| Arc::strong_count(&scene.token) == 1);
        });
    }
}

#[test]
fn a_task_that_waits_for_its_next_attempt() {
    for is_threaded in [false, true] {
        within_10s("retry", move || {
            let task = Task::new("held", || Err::<(), _>("no"))
                .retry(3)
                .backoff("1h");
            let task = if is_threaded { task.threaded() } else { task };
            let scene = Scene::new(1, true, task);
            scene.clock.advance(secs(10));
            scene.manager.settle();
            assert!(scene.manager.get("held").unwrap().is_running());
            scene.manager.remove("held").unwrap();
            // It ends with what came of its last attempt.
            let run = scene.ended.recv().unwrap();
            assert_eq!((run.error(), run.attempt()), (Some("no"), 1));
            scene.nothing_is_left();
        });
    }
}

#[test]
fn a_task_that_waits_for_a_worker() {
    within_10s("worker", || {
        let scene = Scene::new(1, true, Task::new("held", || ()).threaded());
        let (busy, gate) = gated("busy");
        let busy = scene.manager.add(busy.every("1h").threaded()).unwrap();
        busy.run_now().unwrap();
        gate.begun.recv().unwrap();
        scene.remove_while_it_waits();
        gate.go.send(()).unwrap();
        scene.nothing_is_left();
    });
}

#[test]
fn a_task_that_waits_for_its_group() {
    within_10s("group", || {
        let scene = Scene::new(2, true, Task::new("held", || ()).exclusive("db"));
        let (busy, gate) = gated("busy");
        let busy = busy.every("1h").threaded().exclusive("db");
        scene.manager.add(busy).unwrap().run_now().unwrap();
        gate.begun.recv().unwrap();
        scene.remove_while_it_waits();
        gate.go.send(()).unwrap();
        scene.nothing_is_left();
    });
}

impl Scene {
    /// Removes the task while a run of it waits for what another one has.
    fn remove_while_it_waits(&self) {
        let held = self.manager.get("held").unwrap();
        self.clock.advance(secs(10));
        until(|| held.is_running());
        // Two wait: the fire's, and one by hand that can't.
        assert!(held.run_now().unwrap_err().is_already_running());
        self.manager.remove("held").unwrap();
        assert_eq!(self.skipped.recv().unwrap(), SkipReason::Stopped);
        assert!(!held.is_running());
        drop(held);
        until(|| Arc::strong_count(&self.token) == 1);
    }
}

#[test]
fn a_fire_that_waits_for_the_run_before() {
    within_10s("queued", || {
        let (task, gate) = gated("held");
        let scene = Scene::new(1, true, task.threaded().overlap(Overlap::Queue));
        scene.clock.advance(secs(10));
        gate.begun.recv().unwrap();
        let held = scene.manager.get("held").unwrap();
        let queued = held.run_now().unwrap();
        assert!(held.run_now().unwrap_err().is_already_running());
        drop(held);
        scene.manager.remove("held").unwrap();
        assert_eq!(scene.skipped.recv().unwrap(), SkipReason::Stopped);
        assert!(queued.wait().unwrap_err().is_stopped());
        gate.go.send(()).unwrap();
        assert!(scene.ended.recv().unwrap().is_success());
        scene.nothing_is_left();
    });
}

#[test]
fn a_task_that_was_rescheduled_often() {
    within_10s("rescheduled", || {
        let scene = Scene::new(1, true, Task::new("held", || ()));
        let held = scene.manager.get("held").unwrap();
        let first = held.jobs().remove(0);
        for turn in 0..1_000 {
            match turn % 3 {
                0 => held.reschedule("every 20s"),
                1 => held.reschedule("every day at 10:30"),
                _ => held.reschedule("cron 0 9 * * mon-fri"),
            }
            .unwrap();
        }
        held.reschedule("every 5s").unwrap();
        assert_eq!(held.jobs().len(), 1);
        assert!(first.is_ended());
        scene.clock.advance(secs(10));
        scene.manager.settle();
        // Due at 5 and 10, by the last schedule alone.
        let detail = held.detail().unwrap();
        assert_eq!((detail.counters.ran, detail.counters.missed), (1, 1));
        assert!(scene.ended.recv().is_ok());
        drop((held, first));
        scene.manager.remove("held").unwrap();
        scene.nothing_is_left();
    });
}

#[test]
fn a_task_that_removes_itself() {
    for is_threaded in [false, true] {
        within_10s("removes itself", move || {
            let manager = Arc::new(Mutex::new(None::<TaskManager>));
            let own = manager.clone();
            let task = Task::new("held", move || {
                let manager = own.lock().take().unwrap();
                manager.remove("held").unwrap();
            });
            let task = if is_threaded { task.threaded() } else { task };
            let scene = Scene::new(1, true, task);
            *manager.lock() = Some(scene.manager.clone());
            scene.clock.advance(secs(10));
            assert!(scene.ended.recv().unwrap().is_success());
            scene.nothing_is_left();
        });
    }
}

#[test]
fn a_handle_of_a_run_keeps_nothing_of_the_task() {
    within_10s("run handle", || {
        let scene = Scene::new(1, true, Task::new("held", || ()).threaded());
        let handle = scene.manager.get("held").unwrap().run_now().unwrap();
        assert!(scene.ended.recv().unwrap().is_success());
        scene.manager.remove("held").unwrap();
        scene.nothing_is_left();
        assert!(handle.wait().unwrap().is_success());
    });
}

#[test]
fn the_handles_of_a_removed_task_answer_though_another_has_its_name() {
    for is_name_taken in [false, true] {
        let (clock, manager) = manager();
        let make = || Task::new("beat", || ()).every("10s").tag("io").threaded();
        let old = manager.add(make()).unwrap();
        let job = old.jobs().remove(0);
        clock.advance(secs(10));
        manager.settle();
        assert_eq!((job.runs(), job.last_run()), (1, Some(clock.now())));
        manager.remove("beat").unwrap();
        let new = is_name_taken.then(|| manager.add(make()).unwrap());

        // What doesn't change.
        assert_eq!(
            (old.name(), old.tags(), old.module()),
            ("beat", &["io".to_owned()][..], "")
        );
        assert!(old.is_threaded() && !old.is_async());
        assert_eq!(old, old.clone());
        assert_ne!(Some(&old), new.as_ref());
        assert!(format!("{old:?}").contains("beat"));
        // What is gone.
        assert!(!old.is_running());
        assert_eq!(
            (old.next_run(), old.last_run(), old.last()),
            (None, None, None)
        );
        assert!(old.history().is_empty() && old.jobs().is_empty());
        assert!(old.detail().unwrap_err().is_unknown_task());
        // What it refuses.
        let error = old.run_now().unwrap_err();
        assert!(error.is_unknown_task());
        assert_eq!(
            error.to_string(),
            "the task `beat` was removed from its manager"
        );
        assert!(old.reschedule("every 1m").unwrap_err().is_unknown_task());
        // What changes nothing but the answer of the handle itself.
        old.cancel();
        old.disable();
        assert!(!old.is_enabled());
        old.enable();
        assert!(old.is_enabled());
        old.disable();

        assert_eq!(
            (job.next_run(), job.last_run(), job.runs()),
            (None, None, 0)
        );
        assert!(job.is_ended());
        job.cancel();
        assert_eq!(job.task(), &old);
        assert_eq!(job.schedule().to_string(), "every 10s");
        assert_eq!(
            job.to_string(),
            "Every 10 seconds do beat (last run: [never], next run: [never])"
        );

        assert_eq!(manager.get("beat"), new);
        if let Some(new) = new {
            assert!(new.is_enabled());
            assert_eq!(new.next_run(), Some(clock.now() + secs(10)));
            assert_eq!(new.detail().unwrap().counters.ran, 0);
            assert!(new.run_now().unwrap().wait().unwrap().is_success());
            // Not that of the other one.
            assert_eq!(old.last(), None);
        } else {
            assert!(manager.remove("beat").unwrap_err().is_unknown_task());
        }
    }
}

#[test]
fn the_handles_of_a_manager_that_is_gone_say_so() {
    let (_clock, manager) = manager();
    let beat = manager.add(Task::new("beat", || ()).every("10s")).unwrap();
    let weak = manager.downgrade();
    drop(manager);
    assert!(weak.upgrade().is_none());
    let errors = [
        beat.run_now().map(drop).unwrap_err(),
        beat.reschedule("every 1m").unwrap_err(),
        beat.detail().map(drop).unwrap_err(),
    ];
    for error in errors {
        assert!(error.is_stopped(), "{error}");
    }
    assert_eq!(
        (beat.next_run(), beat.last(), beat.jobs().len()),
        (None, None, 0)
    );
}

#[test]
fn a_job_that_was_rescheduled_away_has_ended() {
    let (clock, manager) = manager();
    let beat = manager.add(Task::new("beat", || ()).every("10s")).unwrap();
    let old = beat.jobs().remove(0);
    beat.reschedule("every 20s").unwrap();
    assert!(old.is_ended());
    assert_eq!(old.next_run(), None);
    old.cancel(); // Not the new one.
    assert_eq!(beat.next_run(), Some(clock.now() + secs(20)));
}

/// Panics as it goes, like a guard that finds its connection broken.
struct Bomb(Arc<AtomicUsize>);

impl Drop for Bomb {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
        panic!("dropped");
    }
}

#[test]
fn what_panics_as_it_is_dropped_harms_neither_who_removes_it_nor_the_others() {
    let (_clock, manager) = manager();
    let dropped = Arc::new(AtomicUsize::new(0));
    for name in ["a", "b", "c"] {
        let bomb = Bomb(dropped.clone());
        let task = Task::new(name, move || _ = &bomb).every("10s");
        manager.add(task).unwrap();
    }
    let removes = || {
        manager.remove("a").unwrap();
        assert_eq!(manager.clear(None), 2);
    };
    assert!(catch_unwind(AssertUnwindSafe(removes)).is_ok());
    assert_eq!(dropped.load(Ordering::SeqCst), 3);
    assert!(manager.tasks().is_empty());
}
