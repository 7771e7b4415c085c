//! The manager's own methods: adding, finding, listing, planning, removing.

mod common;

use chrono::{DateTime, TimeDelta, Utc};
use common::{Log, at, build, manager, second, secs};
use task::{Health, ManualClock, Origin, Task, TaskManager, every};

fn noop(name: &str) -> Task {
    Task::new(name, || ())
}

fn names(manager: &TaskManager) -> Vec<String> {
    manager.tasks().into_keys().collect()
}

#[test]
fn tasks_are_found_by_name_by_tag_and_by_function() {
    fn job() {}
    fn other() {}
    let (_clock, manager) = manager();
    manager
        .add(
            Task::new("job", job)
                .every("1h")
                .tag("io")
                .tag("hourly")
                .tag("io"),
        )
        .unwrap();
    manager.add(noop("b").every("1h").tags(["io"])).unwrap();

    assert_eq!(names(&manager), ["b", "job"]);
    assert_eq!(manager.get("job").unwrap().tags(), ["hourly", "io"]);
    assert!(manager.get("jobs").is_none());
    assert_eq!(manager["job"], manager.of(job).unwrap());
    let tagged: Vec<_> = manager
        .tagged("io")
        .iter()
        .map(|task| task.name().to_owned())
        .collect();
    assert_eq!(tagged, ["b", "job"]);
    assert!(manager.tagged("disk").is_empty());
    assert!(manager.of(other).unwrap_err().is_unknown_task());

    manager.add(Task::new("twin", job).every("1h")).unwrap();
    let error = manager.of(job).unwrap_err().to_string();
    assert!(
        error.ends_with("is the function of several tasks (job, twin): ask for one by its name"),
        "{error}"
    );
}

#[test]
fn indexing_lends_handles_that_stay() {
    let (_clock, manager) = manager();
    manager.add(noop("a").every("1h")).unwrap();
    manager.add(noop("b").every("1h")).unwrap();
    let a = &manager["a"];
    let b = &manager["b"];
    assert!(std::ptr::eq(a, &manager["a"]));
    manager.remove("a").unwrap();
    manager.add(noop("a").every("1h")).unwrap();
    // The old handle is of the old task.
    assert_ne!(a, &manager["a"]);
    assert_eq!(b, &manager["b"]);
}

#[test]
#[should_panic(expected = "no task is named `bet`, did you mean `beat`?")]
fn indexing_by_an_unknown_name_panics_with_the_nearest() {
    let (_clock, manager) = manager();
    manager.add(noop("beat").every("1h")).unwrap();
    let _ = &manager["bet"];
}

#[test]
fn removing_and_clearing() {
    let (clock, manager) = manager();
    for (name, tag) in [("a", "x"), ("b", "x"), ("c", "y")] {
        manager.add(noop(name).every("10s").tag(tag)).unwrap();
    }
    assert_eq!(manager.clear("x"), 2);
    assert_eq!(manager.clear("x"), 0);
    assert_eq!(names(&manager), ["c"]);
    manager.remove("c").unwrap();
    assert_eq!(
        manager.remove("c").unwrap_err().to_string(),
        "no task is named `c`"
    );
    assert_eq!((manager.next_run(), manager.idle()), (None, None));
    clock.advance(secs(100));
    assert_eq!(manager.run_pending(), 0);
    assert_eq!(manager.clear(None), 0);
}

#[test]
fn a_refused_task_changes_nothing() {
    let (_clock, manager) = manager();
    let first = manager.add(noop("a").every("10s")).unwrap();
    let error = manager.add(noop("a").every("20s")).unwrap_err();
    assert!(error.is_duplicate_name());
    manager.add(noop("b").every("0s")).unwrap_err();
    assert_eq!(names(&manager), ["a"]);
    assert_eq!(first.jobs().len(), 1);
    assert_eq!(first.jobs()[0].schedule().to_string(), "every 10s");
    // What was refused at `add` is the caller's business, not the program's.
    manager.check().unwrap();
}

#[test]
fn what_can_fire_no_more_is_refused() {
    let (clock, manager) = manager();
    for task in [
        noop("a").at("2023-12-31 23:00").timezone("UTC"),
        noop("a").every("10s").until("2023-12-31").timezone("UTC"),
    ] {
        let error = manager.add(task).unwrap_err();
        assert!(error.is_invalid_schedule(), "{error}");
    }
    let task = manager.add(noop("a").every("10s")).unwrap();
    clock.advance(secs(10));
    task.reschedule("at 2024-01-01T00:00:05Z").unwrap_err();
    // Still the old one.
    assert_eq!(manager.run_pending(), 1);
}

#[test]
fn next_run_and_idle_are_of_the_enabled_tasks() {
    let (clock, manager) = manager();
    let a = manager.add(noop("a").every("10s")).unwrap();
    manager.add(noop("b").every("30s")).unwrap();
    assert_eq!(manager.next_run(), Some(second(10)));
    clock.advance(secs(4));
    assert_eq!(manager.idle(), Some(secs(6)));
    clock.advance(secs(7));
    assert_eq!(manager.idle(), Some(secs(0)));
    a.disable();
    assert_eq!(manager.next_run(), Some(second(30)));
    manager.clear(None);
    assert_eq!((manager.next_run(), manager.idle()), (None, None));
}

#[test]
fn idle_is_what_the_next_fire_waits_for_whatever_the_wall_clock_shows() {
    for by in [
        TimeDelta::milliseconds(900),
        TimeDelta::hours(1),
        TimeDelta::hours(-1),
    ] {
        let (clock, manager) = manager();
        manager.add(noop("beat").every("30s")).unwrap();
        clock.set_wall(clock.now() + by);
        assert_eq!(manager.idle(), Some(secs(30)), "{by}");
        clock.advance(manager.idle().unwrap());
        assert_eq!(manager.run_pending(), 1, "{by}");
    }
}

#[test]
fn a_weak_handle_doesnt_keep_the_manager_going() {
    let (clock, manager) = manager();
    let weak = manager.downgrade();
    let inner = weak.clone();
    let body = move || {
        let manager = inner.upgrade().unwrap();
        manager.add(noop("added").every("1h")).map(drop)
    };
    manager
        .add(Task::new("adds", body).every("10s").max_runs(1))
        .unwrap();
    clock.advance(secs(10));
    assert_eq!(manager.run_pending(), 1);
    assert!(manager.get("added").is_some());
    drop(manager);
    assert!(weak.upgrade().is_none());
}

#[test]
fn run_all_runs_each_enabled_task_once_and_leaves_the_schedules() {
    let (clock, manager) = manager();
    let log = Log::new();
    manager
        .add(log.of(noop("b").every("1h").every("2h")))
        .unwrap();
    manager
        .add(log.of(noop("a").every("1h").threaded()))
        .unwrap();
    manager
        .add(log.of(noop("c").every("1h").disabled()))
        .unwrap();
    assert_eq!(manager.run_all(secs(5)), 2);
    manager.settle();
    // The first may end after the second: it runs on a thread of its own.
    let mut ran = log.take();
    ran.sort();
    assert_eq!(ran, [("a".to_owned(), 0), ("b".to_owned(), 5)]);
    assert_eq!(clock.now(), second(5)); // Between the two, and not after the last.
    assert_eq!(manager.next_run(), Some(second(3_600)));
}

#[test]
fn cancel_ends_all_jobs_and_reschedule_brings_the_task_back() {
    let (clock, manager) = manager();
    let log = Log::new();
    let task = manager
        .add(log.of(noop("a").every("10s").every("15s")))
        .unwrap();
    task.cancel();
    clock.advance(secs(60));
    assert_eq!(manager.run_pending(), 0);
    assert_eq!(task.next_run(), None);
    task.run_now().unwrap().wait().unwrap();
    assert_eq!(log.fires(), [60]);
    task.reschedule(every(10).seconds()).unwrap();
    clock.advance(secs(10));
    assert_eq!(manager.run_pending(), 1);
    assert_eq!(log.fires(), [70]);
}

#[test]
fn upcoming_is_what_will_run() {
    let (clock, manager) = manager();
    let log = Log::new();
    manager
        .add(log.of(noop("interval").every("7s").max_runs(4)))
        .unwrap();
    manager
        .add(log.of(noop("random").every("3s to 9s")))
        .unwrap();
    manager
        .add(log.of(noop("start").every("minute at :30 in UTC").start("now")))
        .unwrap();
    manager
        .add(log.of(noop("until").every("10s").until("25s")))
        .unwrap();
    manager
        .add(log.of(noop("once").at("2024-01-01T00:00:12Z")))
        .unwrap();
    manager.add(log.of(noop("delay").delay("8s"))).unwrap();
    manager
        .add(log.of(noop("jitter").every("20s").jitter("5s")))
        .unwrap();
    manager
        .add(log.of(noop("disabled").every("2s").disabled()))
        .unwrap();

    let end = second(100);
    let mut planned: Vec<(String, DateTime<Utc>)> = manager
        .plan(second(0)..end)
        .map(|fire| (fire.task().to_owned(), fire.fire_time()))
        .collect();
    assert!(planned.is_sorted_by_key(|(name, time)| (*time, name.clone())));
    assert_eq!(
        manager
            .upcoming(5)
            .iter()
            .map(|fire| fire.task().to_owned())
            .collect::<Vec<_>>(),
        planned
            .iter()
            .take(5)
            .map(|(name, _)| name.clone())
            .collect::<Vec<_>>()
    );

    let ran = std::sync::Arc::new(parking_lot::Mutex::new(Vec::new()));
    // The plan has run nothing.
    assert_eq!(log.take(), []);
    for task in manager.tasks().values() {
        let detail = task.detail().unwrap();
        assert_eq!(detail.counters.ran, 0);
    }
    // In steps so small that no fire is merged with another.
    while clock.now() < end + TimeDelta::seconds(5) {
        manager.run_pending();
        clock.advance(std::time::Duration::from_millis(1));
        ran.lock().extend(log.take());
    }
    let mut ran: Vec<_> = std::mem::take(&mut *ran.lock());
    ran.retain(|(_, fire)| *fire < 100);
    let mut short: Vec<_> = planned
        .drain(..)
        .map(|(name, time)| (name, (time - second(0)).num_seconds()))
        .collect();
    ran.sort();
    short.sort();
    // A delay that is started up to a millisecond late counts from there.
    ran.retain(|(name, _)| name != "delay");
    short.retain(|(name, _)| name != "delay");
    assert_eq!(ran, short);
}

#[test]
fn a_plan_from_far_away_walks_through_nothing() {
    let (_clock, manager) = manager();
    manager.add(noop("fast").every("1ms")).unwrap();
    manager
        .add(noop("ended").every("1ms").max_runs(1_000))
        .unwrap();
    manager
        .add(noop("daily").every("day at 10:30 in UTC").max_runs(500))
        .unwrap();
    let from = at("2025-05-14T10:30:00Z"); // The 500th day.
    let fires: Vec<_> = manager
        .plan(from..from + TimeDelta::milliseconds(2))
        .collect();
    let names: Vec<_> = fires.iter().map(|fire| fire.task()).collect();
    assert_eq!(names, ["daily", "fast", "fast"]);
    let next = from + TimeDelta::days(1);
    let fires: Vec<_> = manager
        .plan(next..next + TimeDelta::milliseconds(2))
        .collect();
    assert_eq!(fires.len(), 2);
    assert!(manager.plan(next..next).next().is_none());
}

#[test]
fn health_tells_who_is_late_and_who_fails() {
    let (clock, manager) = manager();
    manager.add(noop("ok").every("1h")).unwrap();
    manager.add(noop("late").every("10s")).unwrap();
    manager
        .add(Task::new("fails", || Err::<(), _>("no")).every("10s"))
        .unwrap();
    for _ in 0..3 {
        clock.advance(secs(10));
        manager.run_pending();
    }
    assert_eq!(manager.health()["fails"], Health::Failing { in_a_row: 3 });
    assert!(manager.health()["ok"].is_ok());
    clock.advance(secs(45));
    // 35 seconds after its fire.
    assert_eq!(manager.health()["late"], Health::Overdue { periods: 3 });
    manager.run_pending();
    assert_eq!(manager.health()["late"], Health::Ok);
}

#[test]
fn detail_shows_what_was_given_and_what_happened() {
    let (clock, manager) = manager();
    let task = noop("report")
        .description("Writes the report.")
        .schedule(every(1).monday().at("09:00").timezone("UTC"))
        .every("10s")
        .tag("io")
        .threaded()
        .disabled();
    let task = manager.add(task).unwrap();
    let detail = task.detail().unwrap();
    assert_eq!(detail.description, "Writes the report.");
    assert!(
        detail.location.starts_with("task/tests/manager.rs:"),
        "{}",
        detail.location
    );
    assert_eq!(detail.origin, Origin::Code);
    assert_eq!(
        (detail.enabled, detail.running, detail.threaded),
        (false, false, true)
    );
    assert_eq!(detail.jobs[0].schedule, "every monday at 09:00 in UTC");
    assert_eq!(detail.jobs[0].description, "At 09:00 every Monday (UTC)");
    assert_eq!(detail.jobs[0].timezone.as_deref(), Some("UTC"));
    assert_eq!(detail.jobs[0].next_run, Some(at("2024-01-01T09:00:00Z")));
    assert_eq!(detail.jobs[1].timezone, None);
    assert_eq!(detail.next_run, Some(second(10)));
    assert_eq!(detail.last, None);

    task.enable();
    clock.advance(secs(12));
    manager.settle();
    let detail = task.detail().unwrap();
    let last = detail.last.unwrap();
    assert_eq!((last.fire_time, last.started_at), (second(10), second(12)));
    assert_eq!(
        last.ended_at - last.started_at,
        TimeDelta::from_std(last.duration).unwrap()
    );
    assert_eq!(
        detail.jobs.iter().map(|job| job.runs).collect::<Vec<_>>(),
        [0, 1]
    );
    assert_eq!(detail.jobs[1].last_run, Some(second(12)));
}

#[test]
fn settings_that_cannot_be_meant_are_reported_by_check_and_run() {
    let (_, manager) = build(|builder| builder.max_threads(0).poll_interval(secs(0)));
    let error = manager.check().unwrap_err();
    assert_eq!(error.problems().len(), 2);
    assert_eq!(manager.run().unwrap_err(), error);
    assert!(!manager.is_running());
}

#[test]
fn clones_are_handles_of_one_manager() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let clone = manager.clone();
    clone.add(noop("a").every("10s")).unwrap();
    assert_eq!(manager["a"], clone["a"]);
    clock.advance(secs(10));
    assert_eq!(manager.run_pending(), 1);
    assert_eq!(clone.run_pending(), 0);
    fn is_shared<T: Send + Sync + 'static>(_: &T) {}
    is_shared(&manager);
    is_shared(&manager["a"]);
    is_shared(&manager["a"].jobs()[0]);
}

#[test]
fn what_the_task_says_stays_when_it_is_rescheduled() {
    let (_clock, manager) = manager();
    let task = noop("a")
        .every("day at 09:00")
        .timezone("UTC")
        .until("2025-01-01");
    let task = manager.add(task).unwrap();
    task.reschedule("day at 10:30").unwrap();
    let schedule = task.jobs()[0].schedule().to_string();
    assert_eq!(schedule, "every day at 10:30 until 2025-01-01 00:00 in UTC");
    task.reschedule("day at 10:30 until 2026-01-01 in local")
        .unwrap();
    let schedule = task.jobs()[0].schedule().to_string();
    assert_eq!(
        schedule,
        "every day at 10:30 until 2026-01-01 00:00 in local"
    );
}

#[test]
fn a_reschedule_is_checked_as_a_new_task_is() {
    let (_clock, manager) = manager();
    let started = manager.add(noop("a").every("10s").start("now")).unwrap();
    let error = started.reschedule("at 2030-01-01T00:00:00Z").unwrap_err();
    assert!(error.is_invalid_schedule());
    assert_eq!(
        error.to_string(),
        "the task `a` can't be rescheduled: `start` has no effect: the task runs once, at a given time"
    );
    let moved = manager.add(noop("b").every("1h").jitter("30m")).unwrap();
    let error = moved.reschedule("every 10s").unwrap_err();
    assert!(
        error.to_string().contains("a jitter of 1800s is too long"),
        "{error}"
    );
    assert_eq!(moved.jobs()[0].schedule().to_string(), "every 1h");
}

#[test]
fn every_date_that_is_past_is_reported() {
    let (_clock, manager) = manager();
    let task = noop("a")
        .at("2020-01-01T00:00:00Z")
        .at("2021-01-01T00:00:00Z");
    assert_eq!(manager.add(task).unwrap_err().problems().len(), 2);
}

#[test]
fn a_plan_counts_a_delay_that_is_under_way_from_now() {
    let (clock, manager) = manager();
    let (task, gate) = common::gated("slow");
    manager.add(task.delay("10s").threaded()).unwrap();
    clock.advance(secs(10));
    manager.run_pending();
    gate.begun.recv().unwrap();
    let fires: Vec<_> = manager
        .upcoming(2)
        .iter()
        .map(task::Fire::fire_time)
        .collect();
    assert_eq!(fires, [second(20), second(30)]);
    gate.go.send(()).unwrap();
}

#[test]
fn what_a_schedule_says_itself_wins_over_what_the_task_says() {
    let (_clock, manager) = manager();
    let task = noop("a")
        .every("day at 02:30 gap skip fold last in UTC")
        .every("day at 03:30")
        .gap(task::Gap::Shift)
        .fold(task::Fold::Both)
        .timezone("local");
    let task = manager.add(task).unwrap();
    let jobs = task.jobs();
    let schedules: Vec<_> = jobs.iter().map(|job| job.schedule().to_string()).collect();
    assert_eq!(
        schedules,
        [
            "every day at 02:30 gap skip fold last in UTC",
            "every day at 03:30 gap shift fold both in local"
        ]
    );
}
