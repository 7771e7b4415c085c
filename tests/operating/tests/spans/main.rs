//! What a subscriber of `tracing` sees of runs. All tests share the one of the program,
//! so that each has tasks of its own names.

mod collector;

use std::time::Duration;

use chrono::TimeDelta;
use collector::{Event, seen};
use task::{Context, ManualClock, Task, TaskManager, TaskManagerBuilder, task};
use tracing::{Level, info, info_span};

fn build(set: impl FnOnce(TaskManagerBuilder) -> TaskManagerBuilder) -> (ManualClock, TaskManager) {
    seen(); // Installs the subscriber.
    let clock = ManualClock::new();
    let builder = TaskManager::builder().clock(clock.clone());
    (clock, set(builder).build())
}

fn manager() -> (ManualClock, TaskManager) {
    build(TaskManagerBuilder::empty)
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[task(every = "10s")]
fn inline() {
    info!("inside");
}

#[task(every = "10s", threaded)]
fn threaded() {
    info!("inside");
}

#[task(every = "10s")]
async fn future() {
    info!("inside");
    tokio::task::yield_now().await;
    let span = info_span!("query of future");
    span.in_scope(|| info!("inside"));
}

/// The body of a task at run time that is async.
async fn says_it_twice() {
    info!("inside");
    tokio::task::yield_now().await;
    info!("inside");
}

#[test]
fn what_a_body_says_is_inside_of_its_run_wherever_it_runs() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("runtime")
        .build()
        .unwrap();
    let handle = runtime.handle().clone();
    let (clock, on_tokio) = build(|builder| builder.module(module_path!()).tokio(handle));
    let says = || info!("inside");
    for task in [
        Task::new("closure", says),
        Task::new("closure_threaded", says).threaded(),
        Task::new_async("closure_on_tokio", says_it_twice),
    ] {
        on_tokio.add(task.every("10s")).unwrap();
    }
    let (worker_clock, on_worker) = manager();
    let task = Task::new_async("closure_on_worker", says_it_twice);
    on_worker.add(task.every("10s")).unwrap();

    for (clock, manager) in [(&clock, &on_tokio), (&worker_clock, &on_worker)] {
        manager.run().unwrap();
        clock.advance(secs(10));
        manager.settle();
        assert!(manager.stop().is_clean());
    }

    let seen = seen();
    for (task, n_inside, thread) in [
        ("inline", 1, "task-scheduler"),
        ("threaded", 1, "task-worker"),
        ("future", 2, "runtime"),
        ("closure", 1, "task-scheduler"),
        ("closure_threaded", 1, "task-worker"),
        ("closure_on_tokio", 2, "runtime"),
        ("closure_on_worker", 2, "task-worker"),
    ] {
        let run = seen.run(task);
        let events = seen.events_in(run);
        let inside = events
            .iter()
            .filter(|event| event.fields["message"] == "inside");
        assert_eq!(inside.clone().count(), n_inside, "{task}");
        for event in inside {
            let on = event.thread.as_deref().unwrap_or_default();
            assert!(on.starts_with(thread), "{task} ran on {on}");
        }
        let span = &seen.spans[run];
        assert_eq!(span.fields["outcome"], "succeeded", "{task}");
        assert!(span.is_closed, "{task}");
        assert_eq!(span.parent, None, "{task}");
    }
    // A span of the body's own is a child of the run's, in async code too.
    let query = &seen.spans[seen.named("query of future")];
    assert_eq!(query.parent, Some(seen.run("future")));
}

#[test]
fn a_fire_gives_a_span_without_parent_that_names_it() {
    let (clock, manager) = manager();
    let task = Task::new("fired", || ()).every("1h").every("10s");
    manager.add(task).unwrap();
    clock.advance(secs(10));
    // Who drives the rounds is not who asked for the run.
    info_span!("round").in_scope(|| manager.run_pending());

    let seen = seen();
    let span = &seen.spans[seen.run("fired")];
    assert_eq!((span.name, span.level), ("run", Level::INFO));
    assert_eq!(span.target, "task");
    assert_eq!(span.parent, None);
    let fields: Vec<_> = span.fields.iter().map(|(k, v)| (&**k, &**v)).collect();
    assert_eq!(
        fields,
        [
            ("attempt", "1"),
            ("fire_time", "2024-01-01T00:00:10Z"),
            ("job", "1"),
            ("outcome", "succeeded"),
            ("task", "fired"),
        ]
    );
    assert_eq!(
        seen.lines_in(seen.run("fired")),
        ["DEBUG a run has begun", "DEBUG a run has succeeded"]
    );
}

#[test]
fn a_run_by_hand_is_a_child_of_what_asked_for_it() {
    let (_clock, manager) = manager();
    let inner = Task::new("inner", || info!("inside")).every("1h");
    let inner = manager.add(inner.threaded()).unwrap();
    let calls = {
        let inner = inner.clone();
        move || {
            inner.run_now().unwrap().wait().unwrap();
        }
    };
    let outer = manager.add(Task::new("outer", calls).every("1h")).unwrap();
    let alone = Task::new("alone", || ()).every("1h");
    let alone = manager.add(alone).unwrap();

    info_span!("request").in_scope(|| outer.run_now().unwrap().wait().unwrap());
    alone.run_now().unwrap().wait().unwrap();

    let seen = seen();
    let parent = |task| seen.spans[seen.run(task)].parent;
    assert_eq!(parent("outer"), Some(seen.named("request")));
    assert_eq!(parent("inner"), Some(seen.run("outer")));
    assert_eq!(parent("alone"), None);
    // No job has given them.
    assert!(!seen.spans[seen.run("outer")].fields.contains_key("job"));
    let request = &seen.spans[seen.named("request")];
    assert!(
        request.is_closed,
        "a run keeps its parent only while it lasts"
    );
}

#[test]
fn a_further_attempt_is_still_a_child_of_what_asked_for_the_run() {
    let (clock, manager) = manager();
    let flaky = |context: &Context| match context.attempt() {
        1 => Err("no route"),
        _ => Ok(()),
    };
    let flaky = Task::new("asked_twice", flaky).retry(1).backoff("1s");
    let flaky = manager.add(flaky.every("1h")).unwrap();
    let asked = info_span!("asks once").in_scope(|| flaky.run_now().unwrap());
    clock.advance(secs(1));
    manager.run_pending();
    assert_eq!(asked.wait().unwrap().attempt(), 2);

    let seen = seen();
    let parent = seen.spans[seen.run("asked_twice")].parent;
    assert_eq!(parent, Some(seen.named("asks once")));
}

#[test]
fn nothing_of_a_run_is_left_on_the_thread_between_two_polls() {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.build().unwrap();
    runtime.block_on(async {
        let (clock, manager) = manager();
        let (say, mut begun) = tokio::sync::mpsc::channel(1);
        let (go, wait) = tokio::sync::watch::channel(());
        let pauses = move || {
            let (say, mut wait) = (say.clone(), wait.clone());
            async move {
                say.send(()).await.unwrap();
                wait.changed().await.unwrap();
                info!("goes on");
            }
        };
        manager
            .add(Task::new_async("pauses", pauses).every("10s"))
            .unwrap();
        clock.advance(secs(10));
        manager.run_pending();
        begun.recv().await.unwrap();
        // The run is under way, and the thread is free for others.
        assert!(manager["pauses"].is_running());
        assert!(tracing::Span::current().is_none());
        go.send(()).unwrap();
        manager.settle_async().await;
    });
    let seen = seen();
    let lines = seen.lines_in(seen.run("pauses"));
    assert_eq!(lines[1], "INFO goes on");
}

#[test]
fn attempts_are_one_span_that_counts_them() {
    let (clock, manager) = manager();
    let flaky = |context: &Context| match context.attempt() {
        3 => Ok(()),
        attempt => Err(format!("no route {attempt}")),
    };
    let flaky = Task::new("flaky", flaky)
        .every("10s")
        .retry(5)
        .backoff("1s");
    manager.add(flaky).unwrap();
    clock.advance(secs(10));
    for _ in 0..3 {
        manager.run_pending();
        clock.advance(secs(1));
    }

    let seen = seen();
    let run = seen.run("flaky");
    let span = &seen.spans[run];
    assert_eq!(span.fields["attempt"], "3");
    assert_eq!(span.fields["outcome"], "succeeded");
    assert!(!span.fields.contains_key("error"));
    assert_eq!(
        seen.lines_in(run),
        [
            "DEBUG a run has begun",
            "WARN an attempt has failed",
            "DEBUG a run has begun",
            "WARN an attempt has failed",
            "DEBUG a run has begun",
            "DEBUG a run has succeeded",
        ]
    );
    let failed: Vec<&Event> = seen
        .events_in(run)
        .into_iter()
        .filter(|event| event.level == Level::WARN)
        .collect();
    assert_eq!(failed[0].fields["error"], "no route 1");
    assert_eq!(failed[1].fields["error"], "no route 2");
    assert_eq!(failed[0].fields["wait"], "1s");
}

#[test]
fn how_a_run_ended_is_in_its_span_and_in_a_line() {
    let (clock, manager) = manager();
    let late = clock.clone();
    let fails = || Err::<(), _>("no route");
    let panics = || {
        if true {
            panic!("a hole in the road");
        }
    };
    let pends = || std::future::pending::<()>();
    for task in [
        Task::new("fails", fails),
        Task::new("late", move || late.advance(secs(3))).timeout("2s"),
        Task::new("panics", panics),
        Task::new_async("stopped", pends),
    ] {
        manager.add(task.every("10s").max_runs(1)).unwrap();
    }
    manager.run().unwrap();
    clock.advance(secs(10));
    until_run(&["fails", "late", "panics", "stopped"]);
    manager.stop_within(Duration::ZERO);
    manager.settle();

    let seen = seen();
    for (task, outcome, error, line) in [
        ("fails", "failed", "no route", "ERROR a run has failed"),
        (
            "late",
            "timed_out",
            "took longer than 2s",
            "ERROR a run has failed",
        ),
        (
            "panics",
            "panicked",
            "a hole in the road",
            "ERROR a run has failed",
        ),
        (
            "stopped",
            "cancelled",
            "its manager was stopped",
            "WARN a run was cancelled",
        ),
    ] {
        let run = seen.run(task);
        let span = &seen.spans[run];
        assert_eq!(span.fields["outcome"], outcome, "{task}");
        assert_eq!(span.fields["error"], error, "{task}");
        assert!(span.is_closed, "{task}");
        let events = seen.events_in(run);
        let last = events.last().unwrap();
        assert_eq!(last.line(), line, "{task}");
        assert_eq!(last.fields["error"], error, "{task}");
        assert!(last.fields.contains_key("duration"), "{task}");
    }
}

#[test]
fn callbacks_are_inside_of_the_run() {
    let (clock, manager) = manager();
    let task = Task::new("called_back", || ())
        .every("10s")
        .on_success(|| info!("on_success"))
        .on_complete(|| info!("on_complete"));
    manager.add(task).unwrap();
    clock.advance(secs(10));
    manager.run_pending();

    let seen = seen();
    assert_eq!(
        seen.lines_in(seen.run("called_back")),
        [
            "DEBUG a run has begun",
            "INFO on_success",
            "INFO on_complete",
            "DEBUG a run has succeeded",
        ]
    );
}

#[test]
fn fires_that_start_nothing_have_a_line_and_no_span() {
    let (clock, manager) = manager();
    let never = Task::new("never", || ()).every("10s").when(|| false);
    manager.add(never).unwrap();
    manager
        .add(Task::new("off", || ()).every("10s").disabled())
        .unwrap();
    manager.add(Task::new("slow", || ()).every("10s")).unwrap();
    clock.advance(secs(30));
    manager.run_pending();

    let seen = seen();
    let lines = |task| -> Vec<(String, String, String)> {
        let skips = seen.events_of(task).into_iter();
        skips
            .filter(|event| event.fields.contains_key("reason"))
            .map(|event| {
                let field = |name: &str| event.fields[name].clone();
                (event.line(), field("reason"), field("fires"))
            })
            .collect()
    };
    let line = |line: &str, reason: &str, fires: &str| {
        (line.to_owned(), reason.to_owned(), fires.to_owned())
    };
    let missed = line("WARN fires were missed", "missed", "2");
    let skipped = |reason| line("DEBUG a fire was skipped", reason, "1");
    assert_eq!(lines("never"), [missed.clone(), skipped("condition")]);
    assert_eq!(lines("off"), [missed.clone(), skipped("disabled")]);
    assert_eq!(lines("slow"), [missed]);
    assert!(seen.runs("never").is_empty());
    assert!(seen.runs("off").is_empty());
    assert_eq!(seen.runs("slow").len(), 1);
}

#[test]
fn what_happens_to_tasks_and_the_clock_is_logged_outside_of_runs() {
    let (clock, manager) = manager();
    let fails = || Err::<(), _>("no route");
    let task = Task::new("changed", fails).every("10s").disable_after(1);
    let handle = manager.add(task).unwrap();
    clock.advance(secs(10));
    manager.run_pending();
    handle.enable();
    handle.disable();
    handle.reschedule("every 1m").unwrap();
    manager.remove("changed").unwrap();
    clock.set_wall(clock.now() + TimeDelta::seconds(7_777));
    manager.run_pending();

    let seen = seen();
    let run = seen.run("changed");
    let outside: Vec<String> = seen
        .events_of("changed")
        .into_iter()
        .filter(|event| !event.spans.contains(&run))
        .map(Event::line)
        .collect();
    assert_eq!(
        outside,
        [
            "INFO the task was added",
            "ERROR the task was disabled: its runs fail",
            "INFO the task was enabled",
            "INFO the task was disabled",
            "INFO the task was rescheduled",
            "INFO the task was removed",
        ]
    );
    let step = "WARN the wall clock was stepped by 7777 s";
    assert!(seen.events.iter().any(|event| event.line() == step));
    let ours = |event: &Event| event.target == "task";
    assert!(seen.events_of("changed").into_iter().all(ours));
}

#[test]
fn a_timeout_is_told_when_it_comes() {
    let (clock, manager) = manager();
    let pends = || std::future::pending::<()>();
    let task = Task::new_async("stuck", pends).every("10s").timeout("5s");
    manager.add(task.max_runs(1)).unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    until_run(&["stuck"]);
    clock.advance(secs(5));
    manager.settle();
    manager.stop();

    let seen = seen();
    let lines: Vec<String> = seen
        .events_of("stuck")
        .into_iter()
        .map(Event::line)
        .collect();
    assert!(
        lines.contains(&"WARN a run takes too long".to_owned()),
        "{lines:?}"
    );
    assert_eq!(seen.spans[seen.run("stuck")].fields["outcome"], "timed_out");
}

/// Waits until a run of each of the tasks has begun.
fn until_run(tasks: &[&str]) {
    while tasks.iter().any(|task| seen().runs(task).is_empty()) {
        std::thread::yield_now();
    }
}
