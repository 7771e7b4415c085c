//! Async bodies, whoever drives them.

mod common;

use std::{
    future::{Future, pending},
    pin::Pin,
    sync::{
        Arc,
        mpsc::{self, Sender},
    },
    task::{Poll, Waker},
};

use common::{Log, block_on, build, manager, second, secs};
use parking_lot::Mutex;
use task::{Context, Health, Outcome, Overlap, Run, SkipReason, State, Task, TaskFuture};

/// Waits until a condition holds that another thread brings about.
fn until(condition: impl Fn() -> bool) {
    while !condition() {
        std::thread::yield_now();
    }
}

/// A future that is ready once it was opened, from any thread.
#[derive(Clone, Default)]
struct Door(Arc<Mutex<(bool, Option<Waker>)>>);

impl Door {
    fn open(&self) {
        let mut state = self.0.lock();
        state.0 = true;
        if let Some(waker) = state.1.take() {
            waker.wake();
        }
    }

    fn is_waited_for(&self) -> bool {
        self.0.lock().1.is_some()
    }
}

impl Future for Door {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut std::task::Context<'_>) -> Poll<()> {
        let mut state = self.0.lock();
        if state.0 {
            return Poll::Ready(());
        }
        state.1 = Some(context.waker().clone());
        Poll::Pending
    }
}

/// Says when it is dropped.
struct Witness(Sender<&'static str>);

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.0.send("dropped");
    }
}

#[test]
fn a_pending_future_never_blocks_the_loop() {
    let (clock, manager) = manager();
    let log = Log::new();
    let door = Door::default();
    let waits = door.clone();
    let slow = Task::new_async("slow", move || waits.clone()).every("1m");
    let slow = manager.add(log.of(slow)).unwrap();
    manager
        .add(log.of(Task::new("beat", || ()).every("1m")))
        .unwrap();
    manager.run().unwrap();
    clock.advance(secs(60));
    until(|| door.is_waited_for());
    until(|| !log.take().is_empty());
    assert!(slow.is_running() && slow.is_async());
    door.open();
    manager.settle();
    assert_eq!(log.take(), [("slow".to_owned(), 60)]);
    assert!(!slow.is_running());
}

#[test]
fn what_an_async_body_returns_is_read_as_from_any_other() {
    let (clock, manager) = manager();
    let fails = || async { Err::<(), _>("no route") };
    let panics = || async {
        if true {
            panic!("in the future");
        }
    };
    let breaks = || async { std::ops::ControlFlow::<()>::Break(()) };
    let early = || -> std::future::Ready<()> { panic!("before the future") };
    let tasks = [
        Task::new_async("breaks", breaks),
        Task::new_async("early", early),
        Task::new_async("fails", fails),
        Task::new_async("panics", panics),
    ];
    for task in tasks {
        manager.add(task.every("1m")).unwrap();
    }
    clock.advance(secs(60));
    manager.settle();
    let outcome = |name: &str| manager[name].last().unwrap().outcome().clone();
    assert_eq!(outcome("fails"), Outcome::Failed("no route".to_owned()));
    assert_eq!(
        outcome("panics"),
        Outcome::Panicked("in the future".to_owned())
    );
    assert_eq!(
        outcome("early"),
        Outcome::Panicked("before the future".to_owned())
    );
    assert_eq!(outcome("breaks"), Outcome::Succeeded);
    assert!(manager["breaks"].jobs()[0].is_ended());
    assert!(manager.tasks().values().all(|task| !task.is_running()));
}

#[test]
fn parameters_come_in_any_order_and_number() {
    let (clock, manager) = build(|builder| builder.state(7_u8).state("seven".to_owned()));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = seen.clone();
    let sync = move |number: State<u8>, context: &Context, State(text): State<String>| {
        note.lock()
            .push(format!("{} {} {text}", context.task(), *number));
    };
    let note = seen.clone();
    let future = move |context: Context, text: State<String>, number: State<u8>, _: State<u8>| {
        let note = note.clone();
        async move {
            note.lock()
                .push(format!("{} {} {}", context.task(), *number, *text))
        }
    };
    manager.add(Task::new("sync", sync).every("1m")).unwrap();
    manager
        .add(Task::new_async("async", future).every("1m"))
        .unwrap();
    clock.advance(secs(60));
    manager.settle();
    seen.lock().sort();
    assert_eq!(*seen.lock(), ["async 7 seven", "sync 7 seven"]);
}

#[test]
fn a_state_that_is_missing_is_named_with_its_type_and_the_place_of_the_task() {
    let (_, manager) = build(|builder| builder.state(7_u8));
    let task = Task::new("a", |_: State<u8>, _: State<Vec<String>>| ());
    let line = line!() - 1;
    let error = manager.add(task.every("1m")).unwrap_err();
    assert!(error.is_missing_state());
    let expected = format!(
        "the task `a` at {}:{line} takes a `State<alloc::vec::Vec<alloc::string::String>>`, and \
         there is none: give it with `TaskManager::builder().state(...)`",
        file!()
    );
    assert_eq!(error.to_string(), expected);
}

#[test]
fn two_states_of_one_type_are_a_problem() {
    let (_, manager) = build(|builder| builder.state(7_u8).state(8_u8));
    let error = manager.run().unwrap_err();
    let expected = "there are two states of the type `u8`: expected one of each type";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_body_may_ask_its_context_for_a_state() {
    let (_, manager) = build(|builder| builder.state(7_u8));
    let asks = |context: &Context| -> Result<(), task::Error> {
        assert_eq!(*context.state::<u8>()?, 7);
        context.state::<u16>().map(drop)
    };
    let task = manager.add(Task::new("asks", asks).every("1m")).unwrap();
    let run = task.run_now().unwrap().wait().unwrap();
    let expected = "the task `asks` asks for a state of the type `u16`, and there is none: give \
                    it with `TaskManager::builder().state(...)`";
    assert_eq!(run.error(), Some(expected));
}

#[test]
fn a_future_that_takes_too_long_is_dropped() {
    let (tell, retrying) = mpsc::channel();
    let (clock, manager) = build(|builder| {
        builder.on_event(move |event| {
            if let task::Event::Retrying { wait, .. } = event {
                tell.send(*wait).unwrap();
            }
        })
    });
    let (sender, dropped) = mpsc::channel();
    let begun = Arc::new(Mutex::new(0));
    let count = begun.clone();
    let body = move || {
        let witness = Witness(sender.clone());
        let count = count.clone();
        async move {
            let _witness = witness;
            *count.lock() += 1;
            pending::<()>().await;
        }
    };
    let task = Task::new_async("stuck", body)
        .every("1m")
        .timeout("10s")
        .retry(1)
        .backoff("1s");
    let task = manager.add(task).unwrap();
    manager.run().unwrap();
    clock.advance(secs(60));
    until(|| *begun.lock() == 1);
    clock.advance(secs(10));
    dropped.recv().unwrap();
    // It has failed by that, and so it is tried again.
    assert_eq!(retrying.recv(), Ok(secs(1)));
    assert!(task.is_running() && task.last().is_none());
    clock.advance(secs(1));
    until(|| *begun.lock() == 2);
    assert_eq!(task.detail().unwrap().health, Health::Running);
    clock.advance(secs(10));
    dropped.recv().unwrap();
    manager.settle();
    let last = task.last().unwrap();
    let expected = Outcome::TimedOut("took longer than 10s".to_owned());
    assert_eq!(last.outcome(), &expected);
    assert_eq!((last.attempt(), last.duration()), (2, secs(21)));
    assert!(!task.is_running());
}

#[test]
fn a_newer_run_takes_the_place_of_a_future_at_once() {
    let (clock, manager) = manager();
    let log = Log::new();
    let door = Door::default();
    let waits = door.clone();
    let body = move |context: Context| {
        let waits = waits.clone();
        async move {
            if context.fire_time() == second(10) {
                waits.await;
            }
        }
    };
    let task = Task::new_async("a", body)
        .every("10s")
        .overlap(Overlap::Cancel);
    let task = manager.add(log.of(task)).unwrap();
    clock.advance(secs(10));
    manager.run_pending();
    until(|| door.is_waited_for());
    clock.advance(secs(10));
    manager.run_pending();
    manager.settle();
    assert_eq!(log.fires(), [10, 20]);
    let first = task.history()[0].clone();
    let expected = Outcome::Cancelled("a newer run took its place".to_owned());
    assert_eq!(first.outcome(), &expected);
    let counters = task.detail().unwrap().counters;
    assert_eq!(
        (counters.ran, counters.cancelled, counters.failed),
        (2, 1, 0)
    );
    // It has neither succeeded nor failed.
    assert_eq!(task.detail().unwrap().health, Health::Ok);
}

#[test]
fn neither_callback_is_called_for_a_run_that_was_cancelled_but_the_last_one_is() {
    let (clock, manager) = build(|builder| builder.stop_timeout(secs(0)));
    let called = Arc::new(Mutex::new(Vec::new()));
    let note = |name: &'static str| {
        let called = called.clone();
        move |_: &Run| called.lock().push(name)
    };
    let door = Door::default();
    let waits = door.clone();
    let task = Task::new_async("a", move || waits.clone())
        .every("10s")
        .on_success(note("success"))
        .on_failed(note("failed"))
        .on_complete(note("complete"));
    manager.add(task).unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    until(|| door.is_waited_for());
    let stopped = manager.stop();
    assert_eq!(stopped.cancelled, ["a"]);
    assert!(stopped.is_clean());
    assert_eq!(*called.lock(), ["complete"]);
}

#[test]
fn a_body_that_heeds_its_cancellation_finishes_in_time() {
    let (clock, manager) = build(|builder| builder.stop_timeout(std::time::Duration::MAX));
    let (say, begun) = mpsc::channel();
    let body = move |context: Context| {
        let say = say.clone();
        async move {
            assert!(!context.is_cancelled());
            say.send(()).unwrap();
            context.cancelled().await;
            assert!(context.is_cancelled());
        }
    };
    let task = manager
        .add(Task::new_async("a", body).every("10s"))
        .unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    begun.recv().unwrap();
    let stopped = manager.stop();
    assert_eq!(stopped.finished, ["a"]);
    assert!(task.last().unwrap().is_success());
}

#[test]
fn dropping_the_last_handle_drops_the_futures_under_way() {
    let (clock, manager) = manager();
    let (sender, dropped) = mpsc::channel();
    let door = Door::default();
    let waits = door.clone();
    let body = move || {
        let (witness, waits) = (Witness(sender.clone()), waits.clone());
        async move {
            let _witness = witness;
            waits.await;
        }
    };
    let task = manager
        .add(Task::new_async("a", body).every("10s"))
        .unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    until(|| door.is_waited_for());
    drop(manager);
    dropped.recv().unwrap();
    until(|| !task.is_running());
}

/// An executor that keeps what it is given, until it is asked to poll.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<TaskFuture>>>);

impl Kept {
    fn spawn(&self) -> impl Fn(TaskFuture) + Send + Sync + 'static {
        let kept = self.0.clone();
        move |future| kept.lock().push(future)
    }

    /// Polls each future once.
    fn poll(&self) {
        let futures = std::mem::take(&mut *self.0.lock());
        for mut future in futures {
            let mut context = std::task::Context::from_waker(Waker::noop());
            if future.as_mut().poll(&mut context).is_pending() {
                self.0.lock().push(future);
            }
        }
    }
}

#[test]
fn a_runtime_of_any_kind_is_given_the_futures() {
    let kept = Kept::default();
    let (clock, manager) = build(|builder| builder.runtime(kept.spawn()).max_threads(1));
    let task = Task::new_async("a", || async { Err::<(), _>("no") }).every("10s");
    let task = manager.add(task.retry(1).backoff("5s")).unwrap();
    clock.advance(secs(10));
    manager.run_pending();
    assert!(task.is_running() && task.last().is_none());
    kept.poll();
    clock.advance(secs(5));
    manager.run_pending();
    assert_eq!(kept.0.lock().len(), 1); // The next attempt.
    kept.poll();
    assert_eq!(task.last().unwrap().attempt(), 2);
    assert!(kept.0.lock().is_empty() && !task.is_running());
}

#[test]
fn a_runtime_that_drops_a_future_ends_its_run() {
    let kept = Kept::default();
    let (clock, manager) = build(|builder| builder.runtime(kept.spawn()));
    let door = Door::default();
    let waits = door.clone();
    let log = Log::new();
    let task = Task::new_async("a", move || waits.clone()).every("10s");
    let task = manager.add(log.of(task.overlap(Overlap::Queue))).unwrap();
    clock.advance(secs(10));
    manager.run_pending();
    kept.poll();
    assert!(door.is_waited_for());
    kept.0.lock().clear();
    let expected = Outcome::Cancelled("its runtime dropped it".to_owned());
    assert_eq!(task.last().unwrap().outcome(), &expected);
    assert!(!task.is_running());
    // One that has not begun is skipped.
    clock.advance(secs(10));
    manager.run_pending();
    let futures = std::mem::take(&mut *kept.0.lock());
    drop(futures);
    assert!(!task.is_running());
    assert_eq!(log.fires(), [10]);
    assert_eq!(task.detail().unwrap().counters.skipped.stopped, 1);
}

#[test]
fn a_runtime_that_is_gone_or_panics_ends_every_run_without_a_deep_stack() {
    for panics in [false, true] {
        let (clock, manager) = build(|builder| {
            builder.runtime(move |future| {
                drop(future);
                assert!(!panics, "no runtime");
            })
        });
        let skips = Arc::new(Mutex::new(0));
        for number in 0..2_000 {
            let count = skips.clone();
            let task = Task::new_async(format!("{number:04}"), || async {})
                .every("10s")
                .exclusive("one")
                .on_skipped(move |skip: &task::Skip| {
                    assert_eq!(skip.reason(), SkipReason::Stopped);
                    *count.lock() += 1;
                });
            manager.add(task).unwrap();
        }
        clock.advance(secs(10));
        assert_eq!(manager.run_pending(), 2_000);
        assert_eq!(*skips.lock(), 2_000);
        assert!(manager.tasks().values().all(|task| !task.is_running()));
        if panics {
            break;
        }
    }
}

#[test]
fn a_run_by_hand_can_be_awaited() {
    let (_, manager) = manager();
    let task = Task::new("a", |context: &Context| match context.attempt() {
        1 => Err("no"),
        _ => Ok(()),
    });
    let system = task::TaskManager::builder().empty().build();
    let task = system
        .add(task.every("1h").retry(1).backoff("1ms").threaded())
        .unwrap();
    // Driven by nobody, and by the loop.
    for runs in [false, true] {
        if runs {
            system.run().unwrap();
        }
        let handle = task.run_now().unwrap();
        let run = block_on(async { handle.await }).unwrap();
        assert_eq!((run.attempt(), run.is_success()), (2, true));
    }
    drop(manager);
    block_on(async { assert!(system.stop_async().await.is_clean()) });
    block_on(system.settle_async());
}

#[test]
fn a_timeout_comes_by_itself_while_a_stop_or_settle_waits() {
    // On the system's clock: nobody moves it.
    let manager = task::TaskManager::builder()
        .empty()
        .stop_timeout(std::time::Duration::MAX)
        .build();
    let hangs = Task::new_async("hangs", pending::<()>).every("1h");
    let hangs = manager.add(hangs.timeout("20ms")).unwrap();
    hangs.run_now().unwrap();
    manager.settle();
    let outcome = hangs.last().unwrap().outcome().clone();
    let expected = Outcome::TimedOut("took longer than 20ms".to_owned());
    assert_eq!(outcome, expected);
    // It would wait for ever. The run was told to end before that, for the stop.
    hangs.run_now().unwrap();
    let _ = manager.stop();
    assert!(!hangs.is_running());
}

#[test]
fn settle_async_inside_of_a_task_doesnt_wait_for_it() {
    let (clock, manager) = manager();
    let weak = manager.downgrade();
    let body = move || {
        let manager = weak.upgrade().unwrap();
        async move { manager.settle_async().await }
    };
    let task = manager
        .add(Task::new_async("a", body).every("10s"))
        .unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    until(|| task.last().is_some());
}
