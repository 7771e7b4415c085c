//! What a change does to the runs that are on their way, and what outlasts a stop.

mod common;

use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
        mpsc,
    },
};

use common::{Log, build, gated, manager, secs, within_10s};
use parking_lot::Mutex;
use task::{Context, Overlap, Run, SkipReason, State, Task, TaskFunction, TaskManager, every};

/// Counts what a task has done, as its detail shows it.
#[track_caller]
fn check_counters(task: &TaskFunction, ran: u64, overlap: u64, disabled: u64) {
    let counters = task.detail().unwrap().counters;
    let skipped = counters.skipped;
    assert_eq!(
        (counters.ran, skipped.overlap, skipped.disabled),
        (ran, overlap, disabled)
    );
}

#[test]
fn a_fire_that_waits_for_the_run_before_outlasts_reschedule_and_cancel_but_not_disable() {
    type Change = fn(&TaskFunction);
    let changes: [(Change, (u64, u64)); 3] = [
        (|task| task.reschedule("every 1h").unwrap(), (2, 0)),
        (TaskFunction::cancel, (2, 0)),
        (TaskFunction::disable, (1, 1)),
    ];
    for (change, (ran, disabled)) in changes {
        within_10s("queued", move || {
            let (clock, manager) = manager();
            let (task, gate) = gated("slow");
            let task = task.every("10s").threaded().overlap(Overlap::Queue);
            let slow = manager.add(task).unwrap();
            for _ in 0..2 {
                clock.advance(secs(10));
                assert_eq!(manager.run_pending(), 1);
            }
            gate.begun.recv().unwrap();
            change(&slow);
            drop(gate.go); // No body waits any more.
            manager.settle();
            check_counters(&slow, ran, 0, disabled);
        });
    }
}

#[test]
fn a_run_that_waits_for_a_worker_outlasts_all_three() {
    type Change = fn(&TaskFunction);
    let changes: [Change; 3] = [
        |task| task.reschedule("every 1h").unwrap(),
        TaskFunction::cancel,
        TaskFunction::disable,
    ];
    for change in changes {
        within_10s("ready", move || {
            let (clock, manager) = build(|builder| builder.max_threads(1));
            let (busy, gate) = gated("busy");
            let busy = manager.add(busy.every("1h").threaded()).unwrap();
            let beat = Task::new("beat", || ()).every("10s").threaded();
            let beat = manager.add(beat).unwrap();
            busy.run_now().unwrap();
            gate.begun.recv().unwrap();
            clock.advance(secs(10));
            assert_eq!(manager.run_pending(), 1);
            change(&beat);
            gate.go.send(()).unwrap();
            manager.settle();
            check_counters(&beat, 1, 0, 0);
            assert!(beat.last().unwrap().is_success());
        });
    }
}

#[test]
fn a_run_that_waits_for_its_next_attempt_outlasts_all_three() {
    type Change = fn(&TaskFunction);
    let changes: [Change; 3] = [
        |task| task.reschedule("every 1h").unwrap(),
        TaskFunction::cancel,
        TaskFunction::disable,
    ];
    for change in changes {
        let (clock, manager) = manager();
        let body = |context: &Context| match context.attempt() {
            1 => Err("no"),
            _ => Ok(()),
        };
        let task = Task::new("flaky", body).every("10m").retry(1).backoff("1s");
        let flaky = manager.add(task).unwrap();
        clock.advance(secs(600));
        manager.settle();
        assert!(flaky.is_running());
        change(&flaky);
        clock.advance(secs(1));
        manager.settle();
        let run = flaky.last().unwrap();
        assert_eq!((run.is_success(), run.attempt()), (true, 2));
    }
}

#[test]
fn a_cancelled_task_stays_so_until_it_is_rescheduled() {
    let (clock, manager) = manager();
    let log = Log::new();
    let beat = manager
        .add(log.of(Task::new("beat", || ()).every("10s").max_runs(2)))
        .unwrap();
    manager.run().unwrap();
    beat.cancel();
    beat.cancel(); // Nothing more to end.
    beat.enable(); // Not what was missing.
    assert!(manager.stop().is_clean());
    manager.run().unwrap();
    clock.advance(secs(30));
    manager.settle();
    assert!(log.fires().is_empty());
    assert!(beat.jobs()[0].is_ended());
    assert!(beat.run_now().unwrap().wait().unwrap().is_success());
    log.take();
    // `max_runs` is of a job: the new one has its own.
    for start in [30, 90] {
        beat.reschedule("every 20s").unwrap();
        for _ in 0..3 {
            clock.advance(secs(20));
            manager.settle();
        }
        assert_eq!(log.fires(), [start + 20, start + 40]);
        assert!(beat.jobs()[0].is_ended());
    }
}

#[test]
fn what_is_rescheduled_or_added_after_a_stop() {
    let (clock, manager) = manager();
    let log = Log::new();
    let beat = log.of(Task::new("beat", || ()).every("10s"));
    let beat = manager.add(beat).unwrap();
    manager.run().unwrap();
    assert!(manager.stop().is_clean());
    beat.reschedule("every 20s").unwrap();
    // Planned when the manager runs again, as what was there before.
    assert_eq!(beat.next_run(), None);
    let added = log.of(Task::new("added", || ()).every("10s"));
    let added = manager.add(added).unwrap();
    assert_eq!(added.next_run(), None);
    clock.advance(secs(30));
    assert_eq!(manager.run_pending(), 0);
    manager.settle();
    assert!(log.fires().is_empty());
    assert!(added.run_now().unwrap().wait().unwrap().is_success());
    log.take();
    manager.run().unwrap();
    assert_eq!(beat.next_run(), Some(clock.now() + secs(20)));
    assert_eq!(added.next_run(), Some(clock.now() + secs(10)));
    clock.advance(secs(20));
    manager.settle();
    assert_eq!(log.take().len(), 2);

    // Where nothing was run, nothing is stopped for good: the jobs go on by hand.
    let (clock, manager) = common::manager();
    let beat = log.of(Task::new("beat", || ()).every("10s"));
    manager.add(beat).unwrap();
    assert!(manager.stop().is_clean());
    let added = log.of(Task::new("added", || ()).every("10s"));
    manager.add(added).unwrap();
    clock.advance(secs(10));
    assert_eq!(manager.run_pending(), 2);
}

#[test]
fn who_asks_by_hand_is_served_while_a_stop_waits_and_after_it() {
    within_10s("stop", || {
        let (_clock, manager) = manager();
        let (busy, gate) = gated("busy");
        let busy = manager.add(busy.every("1h").threaded()).unwrap();
        let by_hand = [
            Task::new("inline", || ()),
            Task::new("threaded", || ()).threaded(),
            Task::new_async("async", || async {}),
        ]
        .map(|task| manager.add(task.every("1h")).unwrap());
        manager.run().unwrap();
        busy.run_now().unwrap();
        gate.begun.recv().unwrap();
        let stopping = manager.clone();
        let stop = std::thread::spawn(move || stopping.stop());
        while manager.is_running() {
            std::thread::yield_now();
        }
        let run_all = || {
            for task in &by_hand {
                let run = task.run_now().unwrap().wait().unwrap();
                assert!(run.is_success(), "{}", task.name());
            }
        };
        run_all();
        assert!(!stop.is_finished());
        gate.go.send(()).unwrap();
        assert_eq!(stop.join().unwrap().finished, ["busy"]);
        run_all();
    });
}

#[test]
fn a_body_reschedules_itself_again_and_again() {
    for is_threaded in [false, true] {
        within_10s("backs off", move || {
            let (clock, manager) = manager();
            let log = Log::new();
            let weak = manager.downgrade();
            // Twice as long each time.
            let seconds = AtomicU64::new(10);
            let body = move || -> Result<(), task::Error> {
                let wait = seconds.fetch_add(seconds.load(Ordering::SeqCst), Ordering::SeqCst) * 2;
                let manager = weak.upgrade().unwrap();
                manager
                    .get("poll")
                    .unwrap()
                    .reschedule(format!("every {wait}s"))
            };
            let task = log.of(Task::new("poll", body).every("10s"));
            let task = if is_threaded { task.threaded() } else { task };
            let poll = manager.add(task).unwrap();
            manager.run().unwrap();
            for _ in 0..16 {
                clock.advance(secs(10));
                manager.settle();
            }
            assert_eq!(log.fires(), [10, 30, 70, 150]);
            assert_eq!(poll.jobs().len(), 1);
            assert_eq!(poll.detail().unwrap().counters.failed, 0);
        });
    }
}

#[test]
fn a_reschedule_that_is_refused_changes_nothing() {
    let (clock, manager) = manager();
    let task = Task::new("beat", || ())
        .every("10s")
        .jitter("5s")
        .until("2024-02-01 00:00");
    let beat = manager.add(task).unwrap();
    let (job, next) = (beat.jobs().remove(0), beat.next_run());
    for bad in ["every 0s", "every 3s", "never", "once 2020-01-01 00:00"] {
        let error = beat.reschedule(bad).unwrap_err();
        assert!(error.is_invalid_schedule(), "{bad}: {error}");
        let text = error.to_string();
        assert!(
            text.starts_with("the task `beat` can't be rescheduled: "),
            "{text}"
        );
    }
    // Of a list each is told, and the good ones don't count.
    let error = beat
        .reschedule(["every 0s", "every 20s", "never"])
        .unwrap_err();
    assert_eq!(error.problems().len(), 2);
    let error = beat.reschedule(Vec::<String>::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the task `beat` can't be rescheduled: the list is empty: expected at least one schedule"
    );
    assert!(!job.is_ended());
    assert_eq!(beat.next_run(), next);
    clock.advance(secs(15));
    assert_eq!(manager.run_pending(), 1);
}

#[test]
fn one_job_of_several_ends_and_the_others_go_on() {
    let (clock, manager) = manager();
    let log = Log::new();
    let task = log.of(Task::new("beat", || ()).every("10s").every("15s"));
    let beat = manager.add(task).unwrap();
    let jobs = beat.jobs();
    jobs[0].cancel();
    for _ in 0..6 {
        clock.advance(secs(5));
        manager.run_pending();
    }
    assert_eq!(log.fires(), [15, 30]);
    assert_eq!(beat.next_run(), jobs[1].next_run());
    assert_eq!((jobs[0].runs(), jobs[1].runs()), (0, 2));
    // From here on there is one.
    beat.reschedule("every 20s").unwrap();
    assert!(beat.jobs().len() == 1 && jobs[1].is_ended());
}

#[test]
fn a_task_is_given_several_schedules_at_once() {
    let (clock, manager) = manager();
    let log = Log::new();
    let task = log.of(Task::new("beat", || ()).schedule(["every 10s", "every 15s"]));
    let beat = manager.add(task).unwrap();
    assert_eq!(beat.jobs().len(), 2);
    beat.reschedule(vec![every(7).seconds(), every(20).seconds()])
        .unwrap();
    for _ in 0..20 {
        clock.advance(secs(1));
        manager.run_pending();
    }
    assert_eq!(log.fires(), [7, 14, 20]);
    let runs: Vec<_> = beat.jobs().iter().map(|job| job.runs()).collect();
    assert_eq!(runs, [2, 1]);
}

#[test]
fn closures_keep_what_they_count_in_atomics_and_locks_and_send_it_through_channels() {
    let (clock, manager) = manager();
    let (count, words) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(Mutex::new(Vec::new())),
    );
    let (sender, received) = mpsc::channel();
    // One value shared by many tasks.
    for name in ["a", "b", "c"] {
        let count = count.clone();
        let task = Task::new(name, move || _ = count.fetch_add(1, Ordering::Relaxed));
        manager.add(task.every("10s").threaded()).unwrap();
    }
    // What an `FnMut` would have as its own, behind a lock.
    let mut turns = (1..).map(|turn| format!("turn {turn}"));
    let next = Mutex::new(move || turns.next().unwrap());
    let collect = {
        let words = words.clone();
        move || words.lock().push((next.lock())())
    };
    manager
        .add(Task::new("collect", collect).every("10s"))
        .unwrap();
    // Results go out, of bodies and of callbacks.
    let say = sender.clone();
    let task = Task::new("say", move |context: &Context| {
        say.send(format!("attempt {}", context.attempt()))
    })
    .on_success(move |run: &Run| sender.send(run.task().to_owned()).unwrap());
    manager.add(task.every("10s")).unwrap();
    // What is used up ends its job.
    let rest = Mutex::new(vec!["last", "first"]);
    let drain = {
        let words = words.clone();
        move || {
            let Some(word) = rest.lock().pop() else {
                return ControlFlow::Break(());
            };
            words.lock().push(word.to_owned());
            ControlFlow::Continue(())
        }
    };
    let drain = manager.add(Task::new("drain", drain).every("10s")).unwrap();

    for _ in 0..4 {
        clock.advance(secs(10));
        manager.settle();
    }
    assert_eq!(count.load(Ordering::Relaxed), 12);
    let words = words.lock();
    assert_eq!(words[..4], ["turn 1", "first", "turn 2", "last"]);
    assert_eq!(words.len(), 6);
    assert_eq!(received.try_iter().count(), 8);
    assert!(drain.jobs()[0].is_ended());
    assert_eq!(drain.detail().unwrap().counters.ran, 3);
}

#[test]
fn a_state_and_captured_values_go_together() {
    let clock = task::ManualClock::new();
    let manager = TaskManager::builder()
        .empty()
        .clock(clock.clone())
        .state(AtomicU64::new(0))
        .build();
    for (name, amount) in [("one", 1), ("ten", 10)] {
        let body = move |total: State<AtomicU64>| _ = total.fetch_add(amount, Ordering::Relaxed);
        manager.add(Task::new(name, body).every("10s")).unwrap();
    }
    let (tell, total) = mpsc::channel();
    let ask = move |total: State<AtomicU64>| tell.send(total.load(Ordering::Relaxed)).unwrap();
    let ask = manager.add(Task::new("ask", ask).every("1h")).unwrap();
    clock.advance(secs(10));
    assert_eq!(manager.run_pending(), 2);
    ask.run_now().unwrap().wait().unwrap();
    assert_eq!(total.recv().unwrap(), 11);
}

#[test]
fn a_run_by_hand_of_a_task_that_is_removed_before_it_begins() {
    within_10s("removed", || {
        let (_clock, manager) = build(|builder| builder.max_threads(1));
        let (busy, gate) = gated("busy");
        let busy = manager.add(busy.every("1h").threaded()).unwrap();
        let (tell, told) = mpsc::channel();
        let late = Task::new("late", || ())
            .every("1h")
            .threaded()
            .on_skipped(move |skip: &task::Skip| tell.send(skip.reason()).unwrap());
        let late = manager.add(late).unwrap();
        busy.run_now().unwrap();
        gate.begun.recv().unwrap();
        let handle = late.run_now().unwrap();
        manager.remove("late").unwrap();
        let error = handle.wait().unwrap_err();
        assert!(error.is_stopped());
        assert!(error.to_string().contains("the task was removed"));
        assert_eq!(told.recv().unwrap(), SkipReason::Stopped);
        gate.go.send(()).unwrap();
    });
}

#[test]
fn an_async_body_awaits_the_runs_that_it_asks_for() {
    for is_running in [false, true] {
        within_10s("awaits", move || {
            let (clock, manager) = manager();
            for task in [
                Task::new("inline", || ()),
                Task::new("threaded", || ()).threaded(),
                Task::new_async("async", || async {}),
                Task::new("fails", || Err::<(), _>("no")).threaded(),
            ] {
                manager.add(task.every("1h")).unwrap();
            }
            let weak = manager.downgrade();
            let (tell, told) = mpsc::channel();
            let body = move || {
                let (weak, tell) = (weak.clone(), tell.clone());
                async move {
                    for name in ["inline", "threaded", "async", "fails"] {
                        let task = weak.upgrade().unwrap().get(name).unwrap();
                        let run = task.run_now()?.await?;
                        tell.send((name, run.is_success())).unwrap();
                    }
                    // Itself too: this run goes on.
                    weak.upgrade().unwrap().remove("asks")?;
                    tell.send(("asks", true)).unwrap();
                    Ok::<(), task::Error>(())
                }
            };
            manager
                .add(Task::new_async("asks", body).every("10s"))
                .unwrap();
            if is_running {
                manager.run().unwrap();
            }
            clock.advance(secs(10));
            manager.settle();
            let told: Vec<_> = told.try_iter().collect();
            assert_eq!(
                told,
                [
                    ("inline", true),
                    ("threaded", true),
                    ("async", true),
                    ("fails", false),
                    ("asks", true)
                ]
            );
            assert_eq!(manager.get("asks"), None);
        });
    }
}
