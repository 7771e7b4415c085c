//! The text of every error, as a person reads it.

mod common;

use common::{build, manager};
use task::{Error, Missed, Overlap, State, Task};

fn refused(task: Task) -> Error {
    let (_clock, manager) = manager();
    manager.add(task).unwrap_err()
}

/// The message of a refused task, with its place left out.
#[track_caller]
fn check(task: Task, expected: &str) {
    let message = refused(task).to_string();
    let (before, after) = message
        .split_once("task/tests/messages.rs:")
        .expect(&message);
    let after = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
    assert_eq!(format!("{before}HERE{after}"), expected);
}

fn noop(name: &str) -> Task {
    Task::new(name, || ())
}

#[test]
fn messages_about_a_task_name_it_its_place_and_the_value() {
    check(
        noop("a"),
        "the task `a` at HERE has no schedule: say when with `every`, `delay`, `at` or `schedule`",
    );
    for name in ["", " a", "a\n"] {
        check(
            noop(name).every("1s"),
            &format!(
                "the task at HERE is named {name:?}: expected a name that is not empty, without control characters and without blanks at its ends"
            ),
        );
    }
    check(
        noop("a").every("1h30"),
        "the task `a` at HERE: cannot read the schedule `1h30`: `30` has no unit, write `1h 30m` or `1h 30s`\n  1h30\n    ^^",
    );
    check(
        noop("a").every("10s").jitter("10s"),
        "the task `a` at HERE: a jitter of 10s is too long: expected less than the shortest time between two fires, 10s",
    );
    check(
        noop("a").every("10s").max_runs(0),
        "the task `a` at HERE: `max_runs` is 0: expected at least 1; use `disabled` for a task that doesn't run",
    );
    check(
        noop("a").every("10s").timezone("UTC"),
        "the task `a` at HERE: the time zone `UTC` has no effect: no schedule of the task names a time of the day or a date",
    );
    check(
        noop("a").at("2030-01-01 00:00").start("now"),
        "the task `a` at HERE: `start` has no effect: the task runs once, at a given time",
    );
    check(
        noop("a").at("2030-01-01 00:00").max_runs(3),
        "the task `a` at HERE: `max_runs` has no effect: the task runs once, at a given time",
    );
    check(
        noop("a").every("1m").grace("10s"),
        "the task `a` at HERE: `grace` has no effect: it goes with `missed` being `skip`",
    );
    check(
        noop("a").delay("1m").missed(Missed::All),
        "the task `a` at HERE: `missed` has no effect: a delay misses nothing",
    );
    check(
        noop("a").every("1m").retry(1).backoff("10s to 5s"),
        "the task `a` at HERE: cannot read the span `10s to 5s`: `10s to 5s` goes down, write the shorter one first: `5s to 10s`\n  10s to 5s\n  ^^^^^^^^^",
    );
    check(
        noop("a").every("1m").backoff("10s"),
        "the task `a` at HERE: `backoff` has no effect: it goes with `retry`",
    );
    check(
        noop("a").every("1m").overlap(Overlap::Queue),
        "the task `a` at HERE: `overlap` has no effect: the task runs on the scheduler's thread, one run after the other; add `threaded`",
    );
    check(
        noop("a")
            .every("1m")
            .threaded()
            .overlap(Overlap::Allow)
            .exclusive("db"),
        "the task `a` at HERE: `overlap` being `allow` has no effect: tasks of an exclusive group never run at the same time",
    );
    check(
        Task::new_async("a", || async {}).every("1m").threaded(),
        "the task `a` at HERE: `threaded` has no effect: an async task never runs on the scheduler's thread",
    );
    check(
        noop("a").every("1m").disable_after(0),
        "the task `a` at HERE: `disable_after` is 0: expected at least 1; use `disabled` for a task that starts disabled",
    );
    check(
        noop("a").every("1m").history(0),
        "the task `a` at HERE: `history` is 0: expected at least 1, since the last run is always kept",
    );
    check(
        noop("a").every("1m").exclusive(""),
        "the task `a` at HERE: the name of an exclusive group is empty, or has blanks at its ends",
    );
    check(
        Task::new("a", |_: State<u8>| ()).every("1m"),
        "the task `a` at HERE takes a `State<u8>`, and there is none: give it with `TaskManager::builder().state(...)`",
    );
    check(
        noop("a").every("1s").tag(" "),
        "the task `a` at HERE: a tag is empty",
    );
}

#[test]
fn several_mistakes_are_reported_together() {
    let error = refused(
        noop("")
            .every("0s")
            .start("soon")
            .jitter("1")
            .until("never")
            .timezone("Mars"),
    );
    assert_eq!(error.problems().len(), 6, "{error}");
    assert!(error.to_string().starts_with("6 problems:\n- the task at "));
}

#[test]
fn a_duplicate_name_names_both_places() {
    let (_clock, manager) = manager();
    let first = line!() + 1;
    manager.add(Task::new("a", || ()).every("1s")).unwrap();
    let error = manager.add(Task::new("a", || ()).every("1s")).unwrap_err();
    assert!(error.is_duplicate_name());
    assert_eq!(
        error.to_string(),
        format!(
            "two tasks are named `a`, at task/tests/messages.rs:{first} and at task/tests/messages.rs:{}: give one of them another `name`",
            first + 1
        )
    );
}

#[test]
fn messages_about_what_is_not_there() {
    fn not_a_task() {}
    let (_clock, manager) = manager();
    let task = manager.add(noop("sample").every("1s")).unwrap();
    assert_eq!(
        manager.remove("sampel").unwrap_err().to_string(),
        "no task is named `sampel`, did you mean `sample`?"
    );
    assert_eq!(
        manager.remove("zzz").unwrap_err().to_string(),
        "no task is named `zzz`"
    );
    let error = manager.of(not_a_task).unwrap_err().to_string();
    assert!(
        error.contains("not_a_task` is the function of no task of this manager"),
        "{error}"
    );
    assert_eq!(
        task.reschedule("30").unwrap_err().to_string(),
        "the task `sample` can't be rescheduled: cannot read the schedule `30`: 30 what? write `30s` or `30m`\n  30\n  ^^"
    );
    manager.remove("sample").unwrap();
    assert_eq!(
        task.run_now().unwrap_err().to_string(),
        "the task `sample` was removed from its manager"
    );
    assert_eq!(
        task.reschedule("1s").unwrap_err(),
        task.run_now().unwrap_err()
    );
}

#[test]
fn messages_about_settings() {
    let (_, manager) = build(|builder| builder.max_threads(0));
    assert_eq!(
        manager.check().unwrap_err().to_string(),
        "`max_threads` is 0: expected at least 1, or `threaded` tasks would never run"
    );
    let (_, manager) = build(|builder| builder.poll_interval(std::time::Duration::ZERO));
    assert_eq!(
        manager.check().unwrap_err().to_string(),
        "`poll_interval` is 0: expected more, or the loop would never sleep"
    );
}

#[test]
fn what_main_returns_is_shown_for_people() {
    let error = refused(noop("a"));
    assert_eq!(format!("{error:?}"), error.to_string());
    let error: Box<dyn std::error::Error + Send + Sync> = error.into();
    assert!(error.to_string().contains("has no schedule"));
}
