//! How a program tests its own tasks: with a clock that stands still until the
//! test moves it. Nothing sleeps, so a year takes milliseconds, and each time
//! the outcome is the same.
//!
//! The functions here are tests: `cargo test --example testing_with_manual_clock`.
//! As an example, `main` calls them one by one.

use std::time::Duration;

use chrono::{DateTime, Utc};
use task::{Counters, Health, ManualClock, Outcome, Task, TaskManager, task};

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

// What is tested: three tasks of a program.

#[task(every = "day at 02:30 in Europe/Berlin")]
fn back_up() {
    // Copies the database.
}

#[task(every = "10m", threaded)]
fn ship_logs() {
    // Sends what was logged to another machine.
}

#[task(every = "1h")]
fn fetch_prices() -> Result<f64, String> {
    let answer = "no price today";
    answer.parse().map_err(|_| format!("not a price: {answer}"))
}

/// A manager of all annotated tasks, on a clock of its own. Two of them share
/// nothing, so tests may run side by side.
fn manager_at(start: &str) -> (ManualClock, TaskManager) {
    let clock = ManualClock::at(time(start));
    let manager = TaskManager::builder().clock(clock.clone()).build();
    (clock, manager)
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time as in RFC 3339")
}

/// What happened to a task, and how often.
fn counters(manager: &TaskManager, name: &str) -> Counters {
    manager[name].detail().expect("it was not removed").counters
}

// The tests.

/// Most tests need no manager: an annotated function is still a function.
#[cfg_attr(test, test)]
fn a_task_is_a_function() {
    assert_eq!(fetch_prices(), Err("not a price: no price today".into()));
}

/// Is every task registered, and is every schedule what was meant? One test
/// like this saves a program from most mistakes.
#[cfg_attr(test, test)]
fn all_tasks_are_there_and_right() {
    task::assert_registered!(back_up);
    let (_clock, manager) = manager_at("2026-01-01T00:00:00Z");
    assert_eq!(manager.check(), Ok(()));

    let names: Vec<String> = manager.tasks().into_keys().collect();
    assert_eq!(names, ["back_up", "fetch_prices", "ship_logs"]);
    let detail = &manager.tasks_detail()[0];
    assert_eq!(
        detail.jobs[0].description,
        "Every day at 02:30 (Europe/Berlin)"
    );
}

/// No loop on another thread: `run_pending` runs what is due on this one.
#[cfg_attr(test, test)]
fn a_year_of_a_daily_job() {
    let (clock, manager) = manager_at("2026-01-01T00:00:00Z");
    for _ in 0..365 {
        clock.advance(DAY);
        manager.run_pending();
    }
    assert_eq!(counters(&manager, "back_up").ran, 365);

    // The machine sleeps for a month: the job runs once, and the 29 other
    // fires are counted, not forgotten.
    clock.advance(30 * DAY);
    manager.run_pending();
    assert_eq!(counters(&manager, "back_up").ran, 366);
    assert_eq!(counters(&manager, "back_up").missed, 29);
}

/// In the night of 29 March 2026 there is no 02:30 in Berlin, and on 25 October
/// there are two. (02:30 is 01:30 UTC in winter, and 00:30 UTC in summer.)
#[cfg_attr(test, test)]
fn the_nights_when_the_clock_changes() {
    let (clock, manager) = manager_at("2026-03-28T00:00:00Z");
    let back_up = manager.of(back_up).expect("it is a task");
    let mut runs = Vec::new();
    for _ in 0..3 * 24 * 2 {
        clock.advance(HOUR / 2);
        manager.run_pending();
        runs.extend(back_up.last_run());
    }
    runs.dedup();
    let expected = [
        "2026-03-28T01:30:00Z",
        "2026-03-29T01:00:00Z", // Once, as soon as the clock is past 02:30: at 03:00.
        "2026-03-30T00:30:00Z", // Back to normal.
    ];
    assert_eq!(runs, expected.map(time));

    // A schedule can also be asked, without running anything.
    let job = &back_up.jobs()[0];
    let fires = job.schedule().upcoming(time("2026-10-24T00:00:00Z"));
    let expected = [
        "2026-10-24T00:30:00Z",
        "2026-10-25T00:30:00Z", // The first of the two.
        "2026-10-26T01:30:00Z",
    ];
    assert_eq!(fires.take(3).collect::<Vec<_>>(), expected.map(time));
}

/// With the loop and the worker threads of the real program. `settle` waits
/// until all that has become due has run, so there is nothing to sleep for.
#[cfg_attr(test, test)]
fn tasks_on_worker_threads() {
    let (clock, manager) = manager_at("2026-01-01T00:00:00Z");
    manager.run().expect("no task is wrong");
    for _ in 0..6 {
        clock.advance(HOUR / 6);
        manager.settle();
    }
    assert!(manager.stop().is_clean());
    assert_eq!(counters(&manager, "ship_logs").ran, 6);
}

/// A failure is counted and shown; the other tasks go on.
#[cfg_attr(test, test)]
fn failures_are_counted() {
    let (clock, manager) = manager_at("2026-01-01T00:00:00Z");
    for _ in 0..3 {
        clock.advance(HOUR);
        manager.run_pending();
    }
    assert_eq!(counters(&manager, "fetch_prices").failed, 3);
    assert_eq!(
        manager.health()["fetch_prices"],
        Health::Failing { in_a_row: 3 }
    );
    let last = manager["fetch_prices"].last().expect("it has run");
    assert_eq!(
        last.outcome(),
        &Outcome::Failed("not a price: no price today".into())
    );
    assert_eq!(last.started_at(), time("2026-01-01T03:00:00Z"));
}

/// A test of a policy or of a helper needs none of the program's tasks.
#[cfg_attr(test, test)]
fn a_task_made_for_a_test() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let task = Task::new("thrice", || ()).every("1m").max_runs(3);
    let thrice = manager.add(task).expect("nothing is wrong with it");
    for _ in 0..10 {
        clock.advance(HOUR);
        manager.run_pending();
    }
    assert_eq!(thrice.jobs()[0].runs(), 3);
    assert!(thrice.jobs()[0].is_ended());
}

fn main() {
    let tests: [(&str, fn()); 7] = [
        ("a task is a function", a_task_is_a_function),
        (
            "all tasks are there and right",
            all_tasks_are_there_and_right,
        ),
        ("a year of a daily job", a_year_of_a_daily_job),
        (
            "the nights when the clock changes",
            the_nights_when_the_clock_changes,
        ),
        ("tasks on worker threads", tasks_on_worker_threads),
        ("failures are counted", failures_are_counted),
        ("a task made for a test", a_task_made_for_a_test),
    ];
    for (name, test) in tests {
        let started = std::time::Instant::now();
        test();
        println!("{name:35} ok, {:6.2?}", started.elapsed());
    }
}
