//! What annotated functions become: one program with many tasks.

use std::{
    ops::ControlFlow,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use task::{ManualClock, Origin, Outcome, Run, TaskManager, task};

static CALLS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn call(what: impl Into<String>) {
    CALLS.lock().unwrap().push(what.into());
}

const PLAIN: u32 = line!() + 6;

/// Says hello.
///
/// And more.
#[task(every = "30s", tags = ["io", "a"])]
fn plain() {
    call("plain");
}

#[task(every = ["40s", "day at 10:30 in UTC"], delay = "1h", at = "2030-01-01T00:00:00Z", disabled)]
fn many() {}

#[task(schedule = every(10).seconds(), until = "25s", name = "by expression")]
fn expression() {}

#[task(schedule = [every(10).minutes(), Schedule::interval(Duration::from_secs(7))], max_runs = 3)]
fn expressions() {}

#[task(every = "50s", on_success = cheer, on_failed = |run| call(format!("failed {}", run.error().unwrap())), on_complete = || call("complete"))]
fn half() -> Result<u32, String> {
    static TURN: AtomicU32 = AtomicU32::new(0);
    let turn = TURN.fetch_add(1, Ordering::Relaxed);
    if turn % 2 == 0 {
        Ok(turn)
    } else {
        Err(format!("turn {turn}"))
    }
}

fn cheer(run: &Run) {
    call(format!("cheer {}", run.task()));
}

#[task(every = "20s", threaded, start = "now")]
fn flow() -> ControlFlow<()> {
    ControlFlow::Break(())
}

#[task(every = "minute at :30", timezone = "UTC", jitter = "10s")]
fn jittered() {}

#[task(every = "1m", aligned)]
fn aligned() {}

mod a {
    #[task::task(every = "1h", name = "a's")]
    pub(super) fn same() {
        super::call("a's");
    }
}

mod b {
    #[task::task(every = "1h", name = "b's")]
    pub(super) fn same() {
        super::call("b's");
    }
}

#[task(every = "1h")]
fn r#type() {}

#[cfg(any())]
#[task(every = "1h")]
fn never_compiled() {}

#[task(every = "1h")]
#[cfg(any())]
fn never_compiled_either() {}

fn manager() -> (ManualClock, TaskManager) {
    let clock = ManualClock::new();
    (clock.clone(), TaskManager::builder().clock(clock).build())
}

fn detail(manager: &TaskManager, name: &str) -> task::TaskDetail {
    manager
        .get(name)
        .unwrap_or_else(|| panic!("{name}"))
        .detail()
        .unwrap()
}

#[test]
fn all_are_found_in_the_order_of_their_names() {
    #[task(every = "1h")]
    fn inside_of_a_function() {}

    let (_clock, manager) = manager();
    manager.check().unwrap();
    let names: Vec<_> = manager.tasks().into_keys().collect();
    assert_eq!(
        names,
        [
            "a's",
            "aligned",
            "b's",
            "by expression",
            "expressions",
            "flow",
            "half",
            "inside_of_a_function",
            "jittered",
            "many",
            "plain",
            "type",
        ]
    );
    assert_eq!(
        manager.of(inside_of_a_function).unwrap().name(),
        "inside_of_a_function"
    );
    assert_eq!(manager.of(r#type).unwrap().name(), "type");
    assert_eq!(manager.of(a::same).unwrap().name(), "a's");
    assert_eq!(manager.of(b::same).unwrap().name(), "b's");
    task::assert_registered!(inside_of_a_function);
    task::assert_registered!(a::same);
}

#[test]
fn the_function_stays_a_function() {
    plain();
    let function: fn() -> ControlFlow<()> = flow;
    assert!(function().is_break());
}

#[test]
fn a_function_that_is_registered_both_ways_is_one_task() {
    task::register!(plain, a::same, self::b::same);
    task::register!(plain);
    let (_clock, manager) = manager();
    manager.check().unwrap();
    assert_eq!(manager.tasks().len(), 12);
}

#[test]
#[should_panic(expected = "`half_done` is no registered task")]
fn an_unregistered_function_is_noticed() {
    fn half_done() {}
    task::assert_registered!(half_done);
}

#[test]
fn what_the_attribute_says_is_what_the_task_has() {
    let (clock, manager) = manager();
    let start = clock.now();

    let plain = detail(&manager, "plain");
    assert_eq!(plain.description, "Says hello.\n\nAnd more.");
    assert_eq!(plain.module, "registry");
    assert_eq!(plain.location, format!("tests/tests/registry.rs:{PLAIN}"));
    assert_eq!(plain.origin, Origin::Attribute);
    assert_eq!(plain.tags, ["a", "io"]);
    assert!(plain.enabled && !plain.threaded);

    let schedules = |name: &str| -> Vec<String> {
        detail(&manager, name)
            .jobs
            .into_iter()
            .map(|job| job.schedule)
            .collect()
    };
    assert_eq!(
        schedules("many"),
        [
            "every 40s",
            "every day at 10:30 in UTC",
            "delay 1h",
            "at 2030-01-01T00:00:00Z"
        ]
    );
    assert!(!detail(&manager, "many").enabled);
    assert_eq!(schedules("by expression"), ["every 10s for 25s"]);
    assert_eq!(schedules("expressions"), ["every 10m", "every 7s"]);
    assert_eq!(schedules("jittered"), ["every minute at :30 in UTC"]);
    assert_eq!(schedules("aligned"), ["every 1m aligned"]);

    assert_eq!(detail(&manager, "flow").next_run, Some(start));
    let jittered = detail(&manager, "jittered").next_run.unwrap() - start;
    assert!(
        jittered >= TimeDelta::seconds(30) && jittered < TimeDelta::seconds(40),
        "{jittered}"
    );
}

#[test]
fn they_run_as_they_are_told() {
    let (clock, manager) = manager();
    manager.settle();
    // `start = "now"`, and Break ends it.
    assert_eq!(detail(&manager, "flow").counters.ran, 1);
    CALLS.lock().unwrap().clear();
    for _ in 0..120 {
        clock.advance(Duration::from_secs(1));
        manager.settle();
    }
    let ran = |name: &str| detail(&manager, name).counters.ran;
    assert_eq!(ran("flow"), 1);
    assert_eq!(ran("plain"), 4);
    assert_eq!(ran("by expression"), 2);
    assert_eq!(ran("expressions"), 3);
    assert_eq!(ran("aligned"), 2);
    assert_eq!(detail(&manager, "many").counters.skipped.disabled, 3);
    assert_eq!(ran("many"), 0);

    let half = detail(&manager, "half");
    assert_eq!((half.counters.ran, half.counters.failed), (2, 1));
    assert!(matches!(half.last.unwrap().outcome, Outcome::Failed(_)));
    let calls: Vec<String> = CALLS
        .lock()
        .unwrap()
        .iter()
        .filter(|call| *call != "plain")
        .map(|call| {
            call.split_once("turn")
                .map_or(call.clone(), |(before, _)| before.to_owned())
        })
        .collect();
    assert_eq!(calls, ["cheer half", "complete", "failed ", "complete"]);
}

#[test]
fn a_manager_of_one_module_has_its_tasks_and_no_others() {
    let of = |module: &str| -> Vec<String> {
        TaskManager::builder()
            .module(module)
            .build()
            .tasks()
            .into_keys()
            .collect()
    };
    assert_eq!(of("registry::a"), ["a's"]);
    assert_eq!(of("registry").len(), 12);
    assert!(of("regis").is_empty());
    let both = TaskManager::builder()
        .module("registry::a")
        .module("registry::b")
        .build();
    assert_eq!(both.tasks().into_keys().collect::<Vec<_>>(), ["a's", "b's"]);
    assert!(TaskManager::builder().empty().build().tasks().is_empty());
}

#[test]
fn the_debug_form_says_how_many_tasks_each_crate_gave() {
    let (_clock, manager) = manager();
    manager
        .add(task::Task::new("extra", || ()).every("1h"))
        .unwrap();
    let text = format!("{manager:?}");
    assert!(text.contains("tasks: 13"), "{text}");
    assert!(
        text.contains(r#"{"added at run time": 1, "registry": 12}"#),
        "{text}"
    );
}

#[test]
fn details_are_serialized() {
    let (_clock, manager) = manager();
    let json = serde_json::to_value(manager.tasks_detail()).unwrap();
    let plain = json
        .as_array()
        .unwrap()
        .iter()
        .find(|task| task["name"] == "plain")
        .unwrap();
    assert_eq!(plain["jobs"][0]["schedule"], "every 30s");
    assert_eq!(plain["next_run"], "2024-01-01T00:00:30Z");
    assert_eq!(plain["counters"]["skipped"]["overlap"], 0);
    assert_eq!(plain["health"]["state"], "ok");
    assert_eq!(plain["origin"], "attribute");
}
