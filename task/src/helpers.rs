//! The shortest way: functions over the manager that a program shares.

use crate::{
    definition::is_in, error::Error, function::TaskFunction, manager::TaskManager, stop::Stopped,
};

/// Starts all annotated tasks of the program: [`TaskManager::run`] of the [global manager](TaskManager::global).
///
/// # Errors
///
/// As [`TaskManager::run`].
///
/// # Example
///
/// ```standalone_crate
/// use task::task;
///
/// #[task(every = "30s")]
/// fn sample() {}
///
/// task::run_all_tasks()?;
/// task::disable_task(sample)?;
/// assert!(!task::task_list()[0].is_enabled());
/// assert!(task::stop_all_tasks().is_clean());
/// # Ok::<(), task::Error>(())
/// ```
pub fn run_all_tasks() -> Result<(), Error> {
    TaskManager::global().run()
}

/// Starts the tasks of a module and those below it; the others stay as they are.
///
/// The path is as `module_path!()` gives it: `"app::jobs"`.
///
/// # Errors
///
/// As [`TaskManager::run`].
///
/// # Example
///
/// ```standalone_crate
/// mod jobs {
///     #[task::task(every = "30s")]
///     pub fn sync() {}
///
///     pub const PATH: &str = module_path!();
/// }
///
/// #[task::task(every = "30s")]
/// fn other() {}
///
/// task::run_all_tasks_in(jobs::PATH)?;
/// assert_eq!(task::task_list_in(jobs::PATH).len(), 1);
/// let manager = task::TaskManager::global();
/// assert!(manager["sync"].next_run().is_some());
/// assert_eq!(manager["other"].next_run(), None);
///
/// assert_eq!(task::disable_task_in(jobs::PATH), 1);
/// assert!(!manager["sync"].is_enabled());
/// assert!(task::stop_all_tasks_in(jobs::PATH).is_clean());
/// # Ok::<(), task::Error>(())
/// ```
pub fn run_all_tasks_in(module: &str) -> Result<(), Error> {
    TaskManager::global().run_in(module)
}

/// Stops all tasks: [`TaskManager::stop`] of the [global manager](TaskManager::global).
pub fn stop_all_tasks() -> Stopped {
    TaskManager::global().stop()
}

/// Stops the tasks of a module and those below it; the others go on.
pub fn stop_all_tasks_in(module: &str) -> Stopped {
    TaskManager::global().stop_in(module)
}

/// Has the fires of a task start runs again. The task is named by its function.
///
/// # Errors
///
/// If the function is that of no task, or of several.
pub fn enable_task<F: 'static>(function: F) -> Result<(), Error> {
    TaskManager::global().of(function).map(|task| task.enable())
}

/// Has the fires of a task be skipped. The task is named by its function.
///
/// # Errors
///
/// If the function is that of no task, or of several.
pub fn disable_task<F: 'static>(function: F) -> Result<(), Error> {
    TaskManager::global()
        .of(function)
        .map(|task| task.disable())
}

/// Enables all tasks of a module and those below it, and returns how many there are.
pub fn enable_task_in(module: &str) -> usize {
    task_list_in(module)
        .iter()
        .map(TaskFunction::enable)
        .count()
}

/// Disables all tasks of a module and those below it, and returns how many there are.
pub fn disable_task_in(module: &str) -> usize {
    task_list_in(module)
        .iter()
        .map(TaskFunction::disable)
        .count()
}

/// Returns all tasks of the [global manager](TaskManager::global), in the order of their names.
#[must_use]
pub fn task_list() -> Vec<TaskFunction> {
    task_list_in("")
}

/// Returns the tasks of a module and those below it, in the order of their names.
#[must_use]
pub fn task_list_in(module: &str) -> Vec<TaskFunction> {
    let mut inside = Vec::new();
    for task in TaskManager::global().list() {
        if is_in(task.module(), module) {
            inside.push(task);
        }
    }
    inside
}
