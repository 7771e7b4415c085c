//! The helpers over the manager that a program shares: one test, since there is one such manager.

use task::{TaskManager, task};

mod jobs {
    #[task::task(every = "1h", start = "now", threaded)]
    pub(super) fn one() {}

    pub(super) mod night {
        #[task::task(every = "1h")]
        pub(in super::super) fn two() {}
    }
}

#[task(every = "1h", start = "now")]
fn outside() {}

fn not_a_task() {}

fn ran(name: &str) -> u64 {
    TaskManager::global()[name].detail().unwrap().counters.ran
}

fn scheduled() -> Vec<String> {
    let tasks = task::task_list();
    let scheduled = tasks.iter().filter(|task| task.next_run().is_some());
    scheduled.map(|task| task.name().to_owned()).collect()
}

#[test]
fn the_helpers_share_the_global_manager() {
    let names = |tasks: Vec<task::TaskFunction>| -> Vec<String> {
        tasks.iter().map(|task| task.name().to_owned()).collect()
    };
    assert_eq!(names(task::task_list()), ["one", "outside", "two"]);
    assert_eq!(names(task::task_list_in("helpers::jobs")), ["one", "two"]);
    assert_eq!(names(task::task_list_in("helpers::jobs::night")), ["two"]);

    task::disable_task(outside).unwrap();
    assert!(!TaskManager::global()["outside"].is_enabled());
    task::enable_task(outside).unwrap();
    assert!(TaskManager::global()["outside"].is_enabled());
    let error = task::enable_task(not_a_task).unwrap_err();
    assert!(error.is_unknown_task());
    assert!(error.to_string().contains("helpers::not_a_task"), "{error}");

    assert_eq!(task::disable_task_in("helpers::jobs"), 2);
    assert!(
        !TaskManager::global()
            .of(jobs::night::two)
            .unwrap()
            .is_enabled()
    );
    assert_eq!(task::enable_task_in("helpers::jobs"), 2);

    // Only the tasks of one module run.
    task::run_all_tasks_in("helpers::jobs").unwrap();
    assert!(TaskManager::global().is_running());
    TaskManager::global().settle();
    assert_eq!((ran("one"), ran("outside")), (1, 0));
    assert_eq!(scheduled(), ["one", "two"]);

    // The others join them; those that run are not started anew.
    task::run_all_tasks().unwrap();
    TaskManager::global().settle();
    assert_eq!((ran("one"), ran("outside")), (1, 1));
    assert_eq!(scheduled(), ["one", "outside", "two"]);

    // The tasks of one module stop, the others go on.
    assert!(task::stop_all_tasks_in("helpers::jobs::night").is_clean());
    assert!(TaskManager::global().is_running());
    assert_eq!(scheduled(), ["one", "outside"]);
    assert!(task::stop_all_tasks_in("helpers").is_clean());
    assert!(!TaskManager::global().is_running());

    task::run_all_tasks().unwrap();
    assert!(TaskManager::global().is_running());
    assert!(task::stop_all_tasks().is_clean());
    assert!(!TaskManager::global().is_running());
}
