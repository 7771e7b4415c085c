#![doc = include_str!("../../README.md")]

// Floor 3: the way in, and what is to be seen.
mod builder;
mod check;
mod detail;
mod function;
mod helpers;
mod indexed;
mod job_handle;
mod manager;
mod plan;
mod task;

// Floor 2: the lock, the loop, the only call of user code, the only `now()`.
mod clock;
mod decide;
mod executor;
#[cfg(feature = "tracing")]
mod log;
mod scheduler;
mod state;
mod stop;
mod workers;

// Floor 1: owned state and pure decisions.
mod defaults;
mod event;
mod fires;
mod job;
mod policy;
mod queue;
mod record;
mod run;
mod timeline;

// Beside them.
mod error;
#[allow(missing_docs)] // Not public API; what the fields hold is said in the attribute.
mod registry;

pub use crate::{
    builder::TaskManagerBuilder,
    clock::ManualClock,
    detail::{Health, JobDetail, RunDetail, TaskDetail},
    error::Error,
    event::Event,
    function::{RunHandle, TaskFunction},
    helpers::{
        disable_task, disable_task_in, enable_task, enable_task_in, run_all_tasks,
        run_all_tasks_in, stop_all_tasks, stop_all_tasks_in, task_list, task_list_in,
    },
    job_handle::Job,
    manager::{TaskManager, WeakTaskManager},
    plan::{Fire, Plan},
    policy::Missed,
    record::{Counters, Origin, Skipped},
    run::{Callback, Outcome, Run, TaskResult},
    stop::Stopped,
    task::Task,
};
pub use task_macros::task;
pub use task_schedule::{
    Between, Days, Error as ScheduleError, Every, Fold, Gap, IntoSchedule, Schedule, Until, Zone,
    cron, every,
};

/// Registers annotated functions by name, for programs whose linker loses some.
///
/// `#[task(...)]` registers a function through the linker. A crate that nothing
/// else of the program names may be left out by it, with its tasks; and some
/// targets have no such registration. Naming the functions here works
/// everywhere. A function that is registered both ways is one task. Call it
/// before the manager is made.
///
/// Name each function by the path of its module, as in `jobs::clean_up`: a `use`
/// brings the function into scope, but not what the attribute wrote beside it.
///
/// # Example
///
/// ```standalone_crate
/// mod jobs {
///     #[task::task(every = "1h")]
///     pub fn clean_up() {}
/// }
///
/// task::register!(jobs::clean_up);
/// assert_eq!(task::TaskManager::new().tasks().len(), 1);
/// ```
#[macro_export]
macro_rules! register {
    ($($function:path),+ $(,)?) => {
        $crate::__private::register(&[$($crate::__private::def_of!($function)),+])
    };
}

/// Panics unless the function is a registered task: for a test that proves that
/// the linker keeps it.
///
/// # Example
///
/// ```standalone_crate
/// #[task::task(every = "1h")]
/// fn clean_up() {}
///
/// task::assert_registered!(clean_up);
/// ```
///
/// # Panics
///
/// If the function is not annotated, or its registration was lost.
#[macro_export]
macro_rules! assert_registered {
    ($function:path $(,)?) => {
        $crate::__private::assert_registered(&$function, ::core::stringify!($function))
    };
}

/// Not public API. Named by the output of the macros.
#[doc(hidden)]
#[allow(missing_docs)]
pub mod __private {
    pub use crate::registry::{
        ScheduleDef, TaskDef, TaskRef, assert_registered, call_back, call_with_run, dsl, ending,
        identity_of, register, schedule,
    };
    pub use inventory;
    pub use task_macros::def_of;
}
