//! What the policies of a task make of its fires and its runs.

mod common;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    time::Duration,
};

use common::{Log, build, gated, manager, second, secs};
use parking_lot::Mutex;
use task::{
    Context, Event, Health, ManualClock, Outcome, Overlap, Run, Skip, SkipReason, Task,
    TaskFunction, TaskManager,
};

/// Lets ten seconds pass and has a round.
fn tick(clock: &ManualClock, manager: &TaskManager) -> usize {
    clock.advance(secs(10));
    manager.run_pending()
}

/// Ran, and skipped since the task was running.
fn ran_and_skipped(task: &TaskFunction) -> (u64, u64) {
    let counters = task.detail().unwrap().counters;
    (counters.ran, counters.skipped.overlap)
}

/// Waits until a condition holds that another thread brings about.
fn until(condition: impl Fn() -> bool) {
    while !condition() {
        std::thread::yield_now();
    }
}

#[test]
fn skip_leaves_out_what_meets_a_run() {
    let (clock, manager) = manager();
    let (task, gate) = gated("a");
    let a = manager.add(task.every("10s").threaded()).unwrap();
    assert_eq!(tick(&clock, &manager), 1);
    gate.begun.recv().unwrap();
    assert_eq!(tick(&clock, &manager), 0);
    assert!(a.run_now().unwrap_err().is_already_running());
    gate.go.send(()).unwrap();
    manager.settle();
    assert_eq!(ran_and_skipped(&a), (1, 1));
}

#[test]
fn queue_keeps_one_fire_for_the_end_of_the_run() {
    let (clock, manager) = manager();
    let log = Log::new();
    let (task, gate) = gated("a");
    let task = task.every("10s").threaded().overlap(Overlap::Queue);
    let a = manager.add(log.of(task)).unwrap();
    assert_eq!(tick(&clock, &manager), 1);
    gate.begun.recv().unwrap();
    assert_eq!(tick(&clock, &manager), 1); // It is on its way.
    assert_eq!(tick(&clock, &manager), 0);
    assert!(a.run_now().unwrap_err().is_already_running());
    gate.go.send(()).unwrap();
    gate.begun.recv().unwrap(); // The one that waited.
    gate.go.send(()).unwrap();
    manager.settle();
    assert_eq!(log.fires(), [10, 20]);
    assert_eq!(ran_and_skipped(&a), (2, 1));
    assert!(!a.is_running());
}

#[test]
fn a_run_by_hand_is_queued_too_and_its_handle_waits_for_it() {
    let (clock, manager) = manager();
    let (task, gate) = gated("a");
    let task = task.every("1h").threaded().overlap(Overlap::Queue);
    let a = manager.add(task).unwrap();
    let first = a.run_now().unwrap();
    gate.begun.recv().unwrap();
    clock.advance(secs(1));
    let second = a.run_now().unwrap();
    gate.go.send(()).unwrap();
    gate.go.send(()).unwrap();
    assert_eq!(first.wait().unwrap().fire_time(), common::second(0));
    assert_eq!(second.wait().unwrap().fire_time(), common::second(1));
}

#[test]
fn allow_and_a_number_run_side_by_side_up_to_their_limit() {
    let two = "2".parse().unwrap();
    for (overlap, at_once) in [(Overlap::Allow, 4), (two, 2)] {
        let (clock, manager) = manager();
        let (task, gate) = gated_many("a");
        let a = manager
            .add(task.every("10s").threaded().overlap(overlap))
            .unwrap();
        for _ in 0..4 {
            tick(&clock, &manager);
        }
        for _ in 0..at_once {
            gate.begun.recv().unwrap();
        }
        assert!(gate.begun.try_recv().is_err());
        assert!(a.is_running());
        drop(gate.go);
        manager.settle();
        assert!(!a.is_running());
        assert_eq!(ran_and_skipped(&a), (at_once, 4 - at_once));
    }
}

/// As `gated`, for bodies that run at the same time: they end when `go` is dropped.
fn gated_many(name: &str) -> (Task, common::Gate) {
    let (say, begun) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let gone = Arc::new((parking_lot::Mutex::new(false), parking_lot::Condvar::new()));
    let waits = gone.clone();
    std::thread::spawn(move || {
        let _ = wait.recv();
        *gone.0.lock() = true;
        gone.1.notify_all();
    });
    let task = Task::new(name, move || {
        say.send(()).unwrap();
        let mut is_gone = waits.0.lock();
        while !*is_gone {
            waits.1.wait(&mut is_gone);
        }
    });
    (task, common::Gate { begun, go })
}

#[test]
fn cancel_tells_the_run_and_gives_its_place_to_the_newest_fire() {
    let (clock, manager) = manager();
    let log = Log::new();
    let (say, begun) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let task = Task::new("a", move |context: &Context| {
        say.send(()).unwrap();
        wait.lock().recv().unwrap();
        if context.is_cancelled() {
            Err("replaced")
        } else {
            Ok(())
        }
    });
    let task = task.every("10s").threaded().overlap(Overlap::Cancel);
    let a = manager.add(log.of(task)).unwrap();
    tick(&clock, &manager);
    begun.recv().unwrap();
    tick(&clock, &manager);
    tick(&clock, &manager); // Takes the place of the one that waits.
    go.send(()).unwrap();
    begun.recv().unwrap();
    go.send(()).unwrap();
    manager.settle();
    assert_eq!(log.fires(), [10, 30]);
    assert_eq!(ran_and_skipped(&a), (2, 1));
    let outcomes: Vec<_> = a.history().iter().map(Run::is_success).collect();
    assert_eq!(outcomes, [false, true]);
}

#[test]
fn cancel_replaces_a_run_that_has_not_begun() {
    let (clock, manager) = build(|builder| builder.max_threads(1));
    let (blocker, gate) = gated("blocker");
    manager
        .add(blocker.every("10s").max_runs(1).threaded())
        .unwrap();
    let log = Log::new();
    let a = Task::new("z", || ())
        .every("10s")
        .threaded()
        .overlap(Overlap::Cancel);
    let a = manager.add(log.of(a)).unwrap();
    tick(&clock, &manager);
    gate.begun.recv().unwrap();
    tick(&clock, &manager);
    gate.go.send(()).unwrap();
    manager.settle();
    assert_eq!(log.fires(), [20]);
    assert_eq!(ran_and_skipped(&a), (1, 1));
}

/// A body that fails its first attempts.
fn flaky(name: &str, failures: u32) -> Task {
    Task::new(name, move |context: &Context| {
        if context.attempt() <= failures {
            Err(format!("attempt {}", context.attempt()))
        } else {
            Ok(())
        }
    })
}

#[test]
fn a_retry_is_the_same_run_and_holds_up_nobody() {
    let (clock, manager) = manager();
    let log = Log::new();
    let task = flaky("flaky", 2).every("1m").retry(3).backoff("5s");
    let task = manager.add(log.of(task)).unwrap();
    let other = manager.add(Task::new("other", || ()).every("1m")).unwrap();
    clock.advance(secs(60));
    assert_eq!(manager.run_pending(), 2);
    assert_eq!(other.detail().unwrap().counters.ran, 1);
    for _ in 0..2 {
        assert!(task.is_running() && task.last().is_none());
        assert!(log.fires().is_empty());
        manager.settle(); // Only the clock brings the next attempt.
        assert_eq!(manager.run_pending(), 0);
        clock.advance(secs(5));
        // It is no new run.
        assert_eq!(manager.run_pending(), 0);
    }
    assert_eq!(log.fires(), [60]);
    let run = task.last().unwrap();
    assert!(run.is_success() && !task.is_running());
    assert_eq!(
        (run.attempt(), run.job(), run.duration()),
        (3, Some(0), secs(10))
    );
    assert_eq!((run.started_at(), run.ended_at()), (second(60), second(70)));
    let counters = task.detail().unwrap().counters;
    assert_eq!((counters.ran, counters.retried, counters.failed), (1, 2, 0));
}

#[test]
fn the_last_attempt_decides_and_panics_are_retried_too() {
    let (clock, manager) = manager();
    let log = Log::new();
    let panics = |context: &Context| -> () { panic!("attempt {}", context.attempt()) };
    let task = Task::new("panics", panics)
        .every("1m")
        .retry(1)
        .backoff("1s to 1m");
    let task = manager.add(log.of(task)).unwrap();
    clock.advance(secs(60));
    manager.run_pending();
    assert!(task.is_running());
    clock.advance(secs(1)); // Full jitter: it comes within the bound.
    manager.run_pending();
    let last = task.last().unwrap();
    assert_eq!(last.outcome(), &Outcome::Panicked("attempt 2".to_owned()));
    assert_eq!(log.fires(), [60]);
    let counters = task.detail().unwrap().counters;
    assert_eq!(
        (counters.ran, counters.retried, counters.panicked),
        (1, 1, 1)
    );
}

#[test]
fn the_loop_wakes_for_a_retry_of_an_inline_and_of_a_threaded_task() {
    for threaded in [false, true] {
        let (clock, manager) = manager();
        let task = flaky("flaky", 1).every("1m").retry(1).backoff("5s");
        let task = if threaded { task.threaded() } else { task };
        let task = manager.add(task).unwrap();
        manager.run().unwrap();
        clock.advance(secs(60));
        manager.settle();
        assert!(task.is_running());
        clock.advance(secs(5));
        manager.settle();
        assert!(task.last().unwrap().is_success());
    }
}

#[test]
fn who_waits_for_a_run_by_hand_drives_its_retries() {
    let manager = TaskManager::builder().empty().build();
    for threaded in [false, true] {
        let name = format!("threaded: {threaded}");
        let task = flaky(&name, 2).every("1h").retry(2).backoff("1ms");
        let task = if threaded { task.threaded() } else { task };
        let run = manager
            .add(task)
            .unwrap()
            .run_now()
            .unwrap()
            .wait()
            .unwrap();
        assert_eq!(
            (run.attempt(), run.is_success(), run.job()),
            (3, true, None)
        );
    }
}

#[test]
fn a_run_in_backoff_ends_with_its_failure_when_the_manager_stops() {
    let (clock, manager) = manager();
    let log = Log::new();
    let task = manager
        .add(log.of(flaky("flaky", 9).every("1m").retry(9)))
        .unwrap();
    manager.run().unwrap();
    clock.advance(secs(60));
    manager.settle();
    assert!(task.is_running());
    let stopped = manager.stop();
    assert_eq!(stopped.cancelled, ["flaky"]);
    assert!(!task.is_running());
    assert_eq!(task.last().unwrap().error(), Some("attempt 1"));
    assert_eq!(log.fires(), [60]);
}

#[test]
fn a_run_in_backoff_ends_with_its_failure_when_its_task_is_removed() {
    let (clock, manager) = manager();
    let log = Log::new();
    let task = manager
        .add(log.of(flaky("flaky", 9).every("1m").retry(9)))
        .unwrap();
    clock.advance(secs(60));
    manager.run_pending();
    manager.remove("flaky").unwrap();
    assert_eq!(log.fires(), [60]);
    assert!(!task.is_running());
    clock.advance(secs(600));
    assert_eq!(manager.run_pending(), 0);
    assert!(log.fires().is_empty());
}

#[test]
fn a_run_that_was_cancelled_is_not_retried() {
    let (clock, manager) = manager();
    let (say, begun) = mpsc::channel();
    let task = Task::new("a", move |context: &Context| {
        say.send(()).unwrap();
        until(|| context.is_cancelled());
        Err::<(), _>("stopped early")
    });
    let task = manager.add(task.every("10s").threaded().retry(5)).unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    begun.recv().unwrap();
    let stopped = manager.stop();
    assert_eq!(stopped.finished, ["a"]);
    assert_eq!(task.last().unwrap().attempt(), 1);
    assert!(!task.is_running());
}

#[test]
fn a_threaded_body_that_takes_too_long_is_told_and_counts_as_running_until_it_ends() {
    let (clock, manager) = manager();
    let (say, begun) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let task = Task::new("slow", move |context: &Context| {
        assert!(!context.is_cancelled());
        say.send(()).unwrap();
        wait.lock().recv().unwrap();
        assert!(context.is_cancelled());
    });
    let task = manager
        .add(task.every("1m").threaded().timeout("10s"))
        .unwrap();
    manager.run().unwrap();
    clock.advance(secs(60));
    begun.recv().unwrap();
    assert_eq!(task.detail().unwrap().health, Health::Running);
    clock.advance(secs(10));
    assert_eq!(task.detail().unwrap().health, Health::Stuck);
    assert!(task.is_running());
    go.send(()).unwrap();
    manager.settle();
    let last = task.last().unwrap();
    let expected = Outcome::TimedOut("took longer than 10s".to_owned());
    assert_eq!(last.outcome(), &expected);
    assert_eq!(task.detail().unwrap().counters.timed_out, 1);
    assert_eq!(
        task.detail().unwrap().health,
        Health::Failing { in_a_row: 1 }
    );
}

#[test]
fn an_inline_body_notices_its_timeout_by_the_clock_and_it_is_told_at_its_end() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let (clock, manager) = build(|builder| {
        let told = told.clone();
        builder.on_event(move |event| told.lock().push(event.clone()))
    });
    let inner = clock.clone();
    let slow = move |context: &Context| {
        inner.advance(secs(9));
        assert!(!context.is_cancelled());
        inner.advance(secs(1));
        assert!(context.is_cancelled());
        Err::<(), _>("gave up")
    };
    let task = manager
        .add(Task::new("slow", slow).every("1m").timeout("10s"))
        .unwrap();
    clock.advance(secs(60));
    manager.run_pending();
    let text = "took longer than 10s, and failed then: gave up";
    assert_eq!(task.last().unwrap().error(), Some(text));
    manager.settle();
    let mut told: Vec<Event> = told.lock().clone();
    told.remove(0); // That it was added.
    assert!(matches!(told[0], Event::Started { attempt: 1, .. }));
    assert!(matches!(told[1], Event::TimedOut { timeout, .. } if timeout == secs(10)));
    assert!(matches!(&told[2], Event::Finished(run) if run.outcome().is_failure()));
    assert_eq!(told.len(), 3);
}

#[test]
fn what_comes_to_a_good_end_too_late_is_not_done_again() {
    for (fails, attempts) in [(false, 1), (true, 2)] {
        let (clock, manager) = manager();
        let inner = clock.clone();
        let slow = move || {
            inner.advance(secs(10));
            if fails { Err("slow") } else { Ok(()) }
        };
        let slow = Task::new("slow", slow)
            .every("1m")
            .timeout("5s")
            .retry(1)
            .backoff("1s");
        let slow = manager.add(slow).unwrap();
        clock.advance(secs(60));
        manager.run_pending();
        clock.advance(secs(1));
        manager.run_pending();
        let last = slow.last().unwrap();
        assert!(matches!(last.outcome(), Outcome::TimedOut(_)), "{last:?}");
        assert_eq!(last.attempt(), attempts);
    }
}

#[test]
fn when_is_asked_at_each_fire_and_not_by_hand() {
    let (clock, manager) = manager();
    let is_open = Arc::new(Mutex::new(false));
    let asked = is_open.clone();
    let skips = Arc::new(Mutex::new(Vec::new()));
    let noted = skips.clone();
    let task = Task::new("a", || ())
        .every("10s")
        .max_runs(2)
        .when(move || *asked.lock())
        .on_skipped(move |skip: &Skip| noted.lock().push((skip.reason(), skip.fire_time())));
    let task = manager.add(task).unwrap();
    tick(&clock, &manager);
    assert_eq!(*skips.lock(), [(SkipReason::Condition, second(10))]);
    assert!(task.last().is_none() && !task.is_running());
    assert!(task.run_now().unwrap().wait().unwrap().is_success());
    *is_open.lock() = true;
    tick(&clock, &manager);
    tick(&clock, &manager);
    // What was skipped is none of `max_runs`.
    assert_eq!(
        (task.jobs()[0].runs(), task.jobs()[0].is_ended()),
        (2, true)
    );
    let counters = task.detail().unwrap().counters;
    assert_eq!((counters.ran, counters.skipped.condition), (3, 1));
}

#[test]
fn a_condition_may_take_the_context_and_its_panic_is_a_failed_run() {
    let (clock, manager) = manager();
    let even = |context: &Context| context.fire_time().timestamp() / 10 % 2 == 0;
    let even = manager
        .add(Task::new("even", || ()).every("10s").when(even))
        .unwrap();
    let broken = Task::new("broken", || ()).every("10s").threaded();
    let broken = broken.when(|| -> bool { panic!("no idea") });
    let broken = manager.add(broken).unwrap();
    for _ in 0..4 {
        tick(&clock, &manager);
        manager.settle();
    }
    assert_eq!(even.detail().unwrap().counters.ran, 2);
    let expected = Outcome::Panicked("when: no idea".to_owned());
    assert_eq!(broken.last().unwrap().outcome(), &expected);
}

#[test]
fn a_task_is_disabled_after_so_many_failures_and_says_so() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let (clock, manager) = build(|builder| {
        let told = told.clone();
        builder.on_event(move |event| {
            if let Event::Disabled { task, failures, .. } = event {
                told.lock().push((task.to_string(), *failures));
            }
        })
    });
    let fails = Arc::new(Mutex::new(true));
    let asked = fails.clone();
    let body = move || if *asked.lock() { Err("down") } else { Ok(()) };
    let task = manager
        .add(Task::new("a", body).every("10s").disable_after(2))
        .unwrap();
    tick(&clock, &manager);
    assert!(task.is_enabled());
    // A success starts the count anew.
    *fails.lock() = false;
    tick(&clock, &manager);
    *fails.lock() = true;
    tick(&clock, &manager);
    tick(&clock, &manager);
    assert!(!task.is_enabled());
    manager.settle();
    assert_eq!(*told.lock(), [("a".to_owned(), Some(2))]);
    tick(&clock, &manager);
    assert_eq!(task.detail().unwrap().counters.skipped.disabled, 1);
    // And so does enabling it.
    task.enable();
    tick(&clock, &manager);
    assert!(task.is_enabled());
    assert_eq!(
        task.detail().unwrap().health,
        Health::Failing { in_a_row: 3 }
    );
    tick(&clock, &manager);
    assert!(!task.is_enabled());
}

#[test]
fn tasks_of_one_group_never_run_at_the_same_time() {
    let (clock, manager) = manager();
    let (a, gate) = gated("a");
    manager
        .add(a.every("10s").threaded().exclusive("db"))
        .unwrap();
    let log = Log::new();
    let b = Task::new("b", || ())
        .every("10s")
        .threaded()
        .exclusive("db");
    let b = manager.add(log.of(b)).unwrap();
    let inline = Task::new("c", || ())
        .every("10s")
        .exclusive("db")
        .exclusive("net");
    let inline = manager.add(log.of(inline)).unwrap();
    let free = Task::new("d", || ()).every("10s").exclusive("disk");
    manager.add(log.of(free)).unwrap();
    assert_eq!(tick(&clock, &manager), 4);
    gate.begun.recv().unwrap();
    assert_eq!(log.take(), [("d".to_owned(), 10)]);
    assert!(b.is_running() && inline.is_running());
    // Who waits for the group counts as running.
    tick(&clock, &manager);
    assert_eq!(ran_and_skipped(&b), (0, 1));
    gate.go.send(()).unwrap();
    manager.settle();
    let order: Vec<_> = log.take().into_iter().map(|(task, _)| task).collect();
    assert_eq!(order, ["d", "b", "c"]);
}

#[test]
fn a_run_by_hand_waits_for_its_group_and_its_handle_with_it() {
    let (_, manager) = manager();
    let (a, gate) = gated("a");
    let a = manager
        .add(a.every("1h").threaded().exclusive("db"))
        .unwrap();
    let b = manager
        .add(Task::new("b", || ()).every("1h").exclusive("db"))
        .unwrap();
    a.run_now().unwrap();
    gate.begun.recv().unwrap();
    let waits = b.run_now().unwrap(); // Not run here, as it would be otherwise.
    assert!(b.last().is_none() && b.is_running());
    gate.go.send(()).unwrap();
    assert!(waits.wait().unwrap().is_success());
}

#[test]
fn a_retry_gives_its_group_free_while_it_waits() {
    let (clock, manager) = manager();
    let log = Log::new();
    let a = flaky("a", 1)
        .every("10s")
        .retry(1)
        .backoff("1m")
        .exclusive("db");
    let a = manager.add(a).unwrap();
    let b = Task::new("b", || ()).every("10s").exclusive("db");
    manager.add(log.of(b)).unwrap();
    tick(&clock, &manager);
    assert!(a.is_running());
    assert_eq!(log.fires(), [10]);
}

#[test]
fn the_more_important_comes_first_in_a_round_at_the_workers_and_in_a_group() {
    let order = ["b", "a", "c"];
    let log = Log::new();
    let tasks = |set: fn(Task) -> Task| {
        let log = log.clone();
        [("a", 0), ("b", 5), ("c", -1)].map(move |(name, priority)| {
            log.of(set(Task::new(name, || ()).every("10s").priority(priority)))
        })
    };
    let check = |manager: &TaskManager, clock: &ManualClock, gate: Option<&common::Gate>| {
        tick(clock, manager);
        if let Some(gate) = gate {
            gate.begun.recv().unwrap();
            gate.go.send(()).unwrap();
        }
        manager.settle();
        let ran: Vec<_> = log.take().into_iter().map(|(task, _)| task).collect();
        assert_eq!(ran, order);
    };
    let (clock, inline) = manager();
    for task in tasks(|task| task) {
        inline.add(task).unwrap();
    }
    check(&inline, &clock, None);

    // One worker, which is busy while the others are queued.
    for set in [Task::threaded, |task: Task| task.threaded().exclusive("db")] {
        let (clock, manager) = build(|builder| builder.max_threads(1));
        let (blocker, gate) = gated("blocker");
        let blocker = blocker.every("10s").priority(9).max_runs(1);
        manager.add(set(blocker)).unwrap();
        for task in tasks(set) {
            manager.add(task).unwrap();
        }
        check(&manager, &clock, Some(&gate));
    }
}

#[test]
fn each_skip_reaches_the_callback_and_the_observers_with_its_reason() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let called = Arc::new(AtomicUsize::new(0));
    let (clock, manager) = build(|builder| {
        let told = told.clone();
        builder.on_event(move |event| {
            if let Event::Skipped(skip) = event {
                let second = (skip.fire_time() - second(0)).num_seconds();
                told.lock().push((skip.reason(), second, skip.fires()));
            }
        })
    });
    let (task, gate) = gated("a");
    let count = called.clone();
    let task = task.every("10s").threaded().on_skipped(move || {
        count.fetch_add(1, SeqCst);
    });
    let a = manager.add(task).unwrap();
    a.disable();
    tick(&clock, &manager);
    a.enable();
    tick(&clock, &manager);
    gate.begun.recv().unwrap();
    tick(&clock, &manager);
    gate.go.send(()).unwrap();
    manager.settle();
    clock.advance(secs(25)); // Past 40 and 50.
    manager.run_pending();
    gate.go.send(()).unwrap();
    manager.settle();
    let expected = [
        (SkipReason::Disabled, 10, 1),
        (SkipReason::Overlap, 30, 1),
        (SkipReason::Missed, 40, 1),
    ];
    assert_eq!(*told.lock(), expected);
    assert_eq!(called.load(SeqCst), 3);
    let counters = a.detail().unwrap().counters;
    let skipped = (
        counters.skipped.disabled,
        counters.skipped.overlap,
        counters.missed,
    );
    assert_eq!((skipped, counters.ran), ((1, 1, 1), 2));
}

#[test]
fn a_callback_for_skips_may_panic_and_may_call_the_manager() {
    let (clock, manager) = manager();
    let weak = manager.downgrade();
    let task = Task::new("a", || ())
        .every("10s")
        .when(|| false)
        .on_skipped(move || {
            let manager = weak.upgrade().unwrap();
            manager["a"].disable();
            panic!("in on_skipped");
        });
    let a = manager.add(task).unwrap();
    tick(&clock, &manager);
    let detail = a.detail().unwrap();
    assert!(!detail.enabled);
    assert_eq!(detail.counters.callbacks_panicked, 1);
    let text = Some("on_skipped: in on_skipped".to_owned());
    assert_eq!(detail.last_callback_panic, text);
}

#[test]
fn the_last_runs_are_kept_as_many_as_asked_for() {
    let (clock, manager) = build(|builder| builder.history(2));
    let a = manager.add(Task::new("a", || ()).every("10s")).unwrap();
    let b = manager
        .add(Task::new("b", || ()).every("10s").history(4))
        .unwrap();
    for _ in 0..5 {
        tick(&clock, &manager);
    }
    let fires = |task: &TaskFunction| -> Vec<_> {
        let runs = task.history();
        runs.iter()
            .map(|run| (run.fire_time() - second(0)).num_seconds())
            .collect()
    };
    assert_eq!(fires(&a), [40, 50]);
    assert_eq!(fires(&b), [20, 30, 40, 50]);
    assert_eq!(b.detail().unwrap().history.len(), 4);
    assert_eq!(a.last(), a.history().pop());
}

#[test]
fn what_can_not_be_meant_is_refused_all_at_once() {
    let (_, manager) = manager();
    let task = Task::new("a", || ())
        .every("10s")
        .overlap(Overlap::Queue)
        .backoff("1s")
        .timeout("ten")
        .disable_after(0)
        .history(0)
        .exclusive(" db");
    let error = manager.add(task).unwrap_err().to_string();
    for part in [
        "`overlap` has no effect: the task runs on the scheduler's thread",
        "`backoff` has no effect: it goes with `retry`",
        "cannot read the span `ten`",
        "`disable_after` is 0",
        "`history` is 0",
        "the name of an exclusive group",
    ] {
        assert!(error.contains(part), "{part} is not in {error}");
    }
    let task = Task::new("b", || ()).every("10s").threaded();
    let task = task
        .overlap(Overlap::Allow)
        .exclusive("db")
        .retry(1)
        .backoff("1m to 1s");
    let error = manager.add(task).unwrap_err().to_string();
    assert!(
        error.contains("`overlap` being `allow` has no effect"),
        "{error}"
    );
    assert!(error.contains("1m"), "{error}");
    let task = Task::new_async("c", || async {}).every("10s").threaded();
    let error = manager.add(task).unwrap_err().to_string();
    assert!(error.contains("`threaded` has no effect"), "{error}");
}

#[test]
fn a_delay_counts_from_the_last_attempt() {
    let (clock, manager) = manager();
    let log = Log::new();
    let task = flaky("a", 1).delay("1m").retry(1).backoff("10s");
    manager.add(log.of(task)).unwrap();
    clock.advance(secs(60));
    manager.run_pending();
    assert_eq!(manager.next_run(), None);
    clock.advance(secs(10));
    manager.run_pending();
    assert_eq!(log.fires(), [60]);
    assert_eq!(manager.next_run(), Some(second(130)));
}

#[test]
fn waits_are_bounded_by_the_backoff_and_differ_between_fires() {
    let waits = Arc::new(Mutex::new(Vec::new()));
    let task = flaky("a", 9).every("1h").retry(3).backoff("10s to 20s");
    let (clock, manager) = build(|builder| {
        let noted = waits.clone();
        builder.on_event(move |event| {
            if let Event::Retrying { wait, run, .. } = event {
                noted.lock().push((run.attempt(), *wait));
            }
        })
    });
    manager.add(task).unwrap();
    for _ in 0..20 {
        clock.advance(secs(3600));
        manager.run_pending();
        for _ in 0..3 {
            clock.advance(secs(20));
            manager.run_pending();
        }
    }
    manager.settle();
    let waits = waits.lock();
    assert_eq!(waits.len(), 60);
    let mut distinct: Vec<Duration> = waits.iter().map(|(_, wait)| *wait).collect();
    for (attempt, wait) in &*waits {
        let bound = if *attempt == 1 { secs(10) } else { secs(20) };
        assert!(*wait < bound, "{attempt}: {wait:?}");
    }
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 60);
}

#[test]
fn settle_inside_of_a_task_doesnt_wait_for_what_waits_for_its_group() {
    let (clock, manager) = manager();
    let weak = manager.downgrade();
    let (say, settled) = mpsc::channel();
    let a = move || {
        weak.upgrade().unwrap().settle();
        say.send(()).unwrap();
    };
    let a = Task::new("a", a).every("10s").threaded().exclusive("db");
    manager.add(a.priority(1)).unwrap();
    let b = Task::new("b", || ())
        .every("10s")
        .threaded()
        .exclusive("db");
    let b = manager.add(b).unwrap();
    tick(&clock, &manager);
    settled.recv().unwrap();
    manager.settle();
    assert_eq!(b.detail().unwrap().counters.ran, 1);
}

#[test]
fn a_fire_that_waited_for_the_end_of_a_run_is_skipped_if_that_disables_the_task() {
    let (clock, manager) = manager();
    let (say, begun) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let fails = move || {
        say.send(()).unwrap();
        wait.lock().recv().unwrap();
        Err::<(), _>("down")
    };
    let task = Task::new("a", fails).every("10s").threaded();
    let task = task.overlap(Overlap::Queue).disable_after(1);
    let task = manager.add(task).unwrap();
    tick(&clock, &manager);
    begun.recv().unwrap();
    tick(&clock, &manager);
    go.send(()).unwrap();
    manager.settle();
    let counters = task.detail().unwrap().counters;
    assert_eq!((counters.ran, counters.skipped.disabled), (1, 1));
    assert!(!task.is_running());
}

#[test]
fn a_wall_clock_that_is_set_back_by_a_body_brings_no_fire_twice() {
    let start = "2026-01-01T00:00:00Z"
        .parse::<chrono::DateTime<chrono::Utc>>()
        .unwrap();
    let clock = ManualClock::at(start);
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let fires = Arc::new(Mutex::new(Vec::new()));
    let (inner, noted) = (clock.clone(), fires.clone());
    let body = move |context: &Context| {
        let mut fires = noted.lock();
        assert!(fires.len() < 100, "it never ends");
        fires.push(context.fire_time());
        if fires.len() == 2 {
            inner.set_wall(start + chrono::TimeDelta::minutes(90));
        }
    };
    let task = Task::new("a", body)
        .schedule(task::cron("15 * * * *"))
        .timezone("UTC");
    manager.add(task.missed(task::Missed::All)).unwrap();
    clock.set_wall(start + chrono::TimeDelta::hours(4));
    manager.run_pending();
    for _ in 0..5 {
        manager.run_pending();
        clock.advance(secs(3600));
    }
    let fires = fires.lock().clone();
    let mut distinct = fires.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), fires.len(), "{fires:?}");
}

#[test]
fn a_job_whose_last_run_is_refused_after_a_stop_stays_stopped() {
    let (clock, manager) = build(|builder| builder.stop_timeout(secs(0)));
    let (say, begun) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let asks = move || {
        say.send(()).unwrap();
        wait.lock().recv().unwrap();
        false
    };
    let task = Task::new("a", || ())
        .every("10s")
        .max_runs(1)
        .threaded()
        .when(asks);
    let task = manager.add(task).unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    begun.recv().unwrap();
    manager.stop();
    go.send(()).unwrap();
    until(|| !task.is_running());
    assert_eq!(task.next_run(), None);
    clock.advance(secs(100));
    assert_eq!(manager.run_pending(), 0);
}

#[test]
fn a_delay_whose_last_run_is_refused_counts_from_then() {
    let (clock, manager) = manager();
    let inner = clock.clone();
    let slow = move || {
        inner.advance(secs(5));
        false
    };
    let task = Task::new("a", || ()).delay("10s").max_runs(1).when(slow);
    let task = manager.add(task).unwrap();
    tick(&clock, &manager);
    assert_eq!(task.next_run(), Some(second(25)));
}

#[test]
fn a_job_that_catches_up_waits_for_the_end_of_its_latest_run() {
    let (clock, manager) = manager();
    let log = Log::new();
    let (say, begun) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let body = move |context: &Context| {
        say.send(context.fire_time()).unwrap();
        wait.lock().recv().unwrap();
    };
    let task = Task::new("a", body).every("10s").threaded();
    let task = task.missed(task::Missed::All).overlap(Overlap::Cancel);
    manager.add(log.of(task)).unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    begun.recv().unwrap();
    clock.advance(secs(40)); // 20 is to take the place of 10, and then come 30, 40, 50.
    for _ in 0..5 {
        go.send(()).unwrap();
    }
    manager.settle();
    assert_eq!(log.fires(), [10, 20, 30, 40, 50]);
}

#[test]
fn what_comes_before_a_run_in_its_round_is_not_counted_to_its_time() {
    // A callback for a fire that starts nothing, and an attempt that follows another one.
    for by_retry in [false, true] {
        let (clock, manager) = manager();
        let inner = clock.clone();
        let slow = if by_retry {
            let body = move |context: &Context| {
                if context.attempt() == 1 {
                    return Err("not yet");
                }
                inner.advance(secs(5));
                Ok(())
            };
            Task::new("a", body).every("10s").retry(1).backoff("1s")
        } else {
            let skipped = move || inner.advance(secs(5));
            Task::new("a", || ())
                .every("11s")
                .disabled()
                .on_skipped(skipped)
        };
        manager.add(slow).unwrap();
        let told = Arc::new(Mutex::new(None));
        let tell = told.clone();
        let body = move |context: &Context| *tell.lock() = Some(context.is_cancelled());
        let b = manager.add(Task::new("b", body).every("11s").timeout("3s"));
        let b = b.unwrap();
        clock.advance(secs(10));
        manager.run_pending();
        clock.advance(secs(1));
        manager.run_pending();
        let run = b.last().unwrap();
        assert!(run.is_success(), "{by_retry}: {run:?}");
        assert_eq!(run.started_at(), clock.now());
        assert_eq!(*told.lock(), Some(false));
    }
}

#[test]
fn a_task_that_a_callback_removes_before_its_run_does_not_run() {
    let (clock, manager) = manager();
    let weak = manager.downgrade();
    let ran = Arc::new(AtomicUsize::new(0));
    let count = ran.clone();
    let body = move || {
        count.fetch_add(1, SeqCst);
    };
    let task = Task::new("a", body).every("10s").on_skipped(move || {
        weak.upgrade().unwrap().remove("a").unwrap_or_default();
    });
    manager.add(task).unwrap();
    clock.advance(secs(25)); // Past 10, which is told as missed, and 20.
    manager.run_pending();
    assert_eq!(ran.load(SeqCst), 0);
}
