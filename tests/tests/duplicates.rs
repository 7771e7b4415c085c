//! Two tasks of one name: a program whose `check()` fails.

use task::{TaskManager, task};

mod night {
    #[task::task(every = "1h")]
    pub(super) fn clean_up() {}
}

#[task(every = "1h")]
fn clean_up() {}

#[task(schedule = every(0).seconds())]
fn wrong() {}

#[task(schedule = every("no number".parse().expect("no luck")).seconds())]
fn panics() {}

#[test]
fn check_and_run_report_everything_with_both_places() {
    night::clean_up();
    clean_up();
    wrong();
    panics();
    let manager = TaskManager::new();
    let error = manager.check().unwrap_err();
    assert!(error.is_duplicate_name() && error.is_invalid_schedule());
    assert_eq!(error.problems().len(), 3);
    let text = error.to_string();
    let places = [
        "two tasks are named `clean_up`",
        "tests/tests/duplicates.rs:7",
        "tests/tests/duplicates.rs:11",
        "the task `wrong` at tests/tests/duplicates.rs:14",
        "duplicates.rs:17: the expression of its schedule panicked: no luck: ParseIntError",
    ];
    for place in places {
        assert!(text.contains(place), "{place} is not in:\n{text}");
    }

    assert_eq!(manager.run().unwrap_err(), error);
    assert!(!manager.is_running());
    // The first of the two is there all the same, for who drives it by hand.
    assert_eq!(
        manager.tasks().into_keys().collect::<Vec<_>>(),
        ["clean_up"]
    );
}
