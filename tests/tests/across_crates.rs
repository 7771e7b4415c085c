//! Tasks of another crate, registered by name.

use task::TaskManager;

#[test]
fn the_tasks_of_another_crate_are_found_when_they_are_named() {
    task::register!(task_tests_far::report, task_tests_far::deep::clean_up);
    task::assert_registered!(task_tests_far::report);

    let manager = TaskManager::new();
    manager.check().unwrap();
    assert_eq!(
        manager.tasks().into_keys().collect::<Vec<_>>(),
        ["far clean-up", "far report"]
    );
    assert_eq!(
        manager.of(task_tests_far::deep::clean_up).unwrap().name(),
        "far clean-up"
    );
    let detail = manager["far report"].detail().unwrap();
    assert_eq!(detail.module, "task_tests_far");
    assert_eq!(detail.description, "Reports from afar.");
}
