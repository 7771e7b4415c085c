#![doc = include_str!("../../README.md")]

// Floor 3: the way in, and what is to be seen.
mod annotated;
mod builder;
mod check;
mod check_policies;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "config")]
mod config;
mod detail;
mod events;
mod function;
mod health;
mod helpers;
mod indexed;
mod job_handle;
#[cfg(feature = "config")]
mod layers;
mod manager;
#[cfg(feature = "config")]
mod override_keys;
#[cfg_attr(not(feature = "config"), path = "no_overrides.rs")]
mod overrides;
mod plan;
mod problems;
mod run_handle;
mod task;
mod task_policies;

// Floor 2: the lock, the loop, the only call of user code, the only `now()`;
// what a task is at run time, and where its runs are.
mod after;
mod attempt;
mod body;
mod clock;
mod context;
mod control;
mod crates;
mod decide;
mod definition;
mod drive;
mod ends;
mod executor;
mod guard;
mod jobs;
#[cfg(feature = "tracing")]
mod log;
mod loops;
mod mailbox;
#[cfg(feature = "metrics")]
mod meter;
mod names;
mod observers;
mod offload;
mod plain;
mod policies;
mod precise;
mod record;
mod reply;
mod request;
mod rounds;
mod runs;
mod runtime;
mod scheduler;
mod settings;
mod state;
mod stop;
mod tasks;
mod telemetry;
mod timers;
mod waits;
mod workers;

// Floor 1: owned state and pure decisions.
mod backoff;
mod beat;
mod defaults;
mod ending;
mod event;
mod fires;
mod found;
mod groups;
mod history;
mod job;
mod name;
mod order;
mod overridden;
mod policy;
mod queue;
mod run;
mod skip;
mod slab;
mod tick;
mod timeline;
mod timing;

// Beside them.
mod error;
#[allow(missing_docs)] // Not public API; what the fields hold is said in the attribute.
mod registry;
mod sync;

#[cfg(feature = "config")]
pub use crate::config::Config;
pub use crate::{
    backoff::Backoff,
    body::{Body, Condition, Param},
    builder::TaskManagerBuilder,
    clock::ManualClock,
    context::{Context, State},
    control::Cancelled,
    definition::Origin,
    detail::{JobDetail, PolicyDetail, RunDetail, TaskDetail},
    ending::TaskResult,
    error::Error,
    event::Event,
    events::Events,
    function::TaskFunction,
    health::{Health, ManagerHealth, SchedulerHealth},
    helpers::{
        disable_task, disable_task_in, enable_task, enable_task_in, run_all_tasks,
        run_all_tasks_in, stop_all_tasks, stop_all_tasks_in, task_list, task_list_in,
    },
    job_handle::Job,
    manager::{TaskManager, WeakTaskManager},
    overridden::Overridden,
    plan::{Fire, Plan},
    policy::{Missed, Overlap},
    record::Counters,
    run::{Callback, Outcome, Run},
    run_handle::RunHandle,
    runtime::TaskFuture,
    skip::{Skip, SkipCallback, SkipReason, Skipped},
    stop::Stopped,
    task::Task,
};
pub use task_macros::task;
pub use task_schedule::{
    Between, Days, Error as ScheduleError, Every, Fold, Gap, IntoSchedule, IntoSchedules, Schedule,
    Until, Zone, cron, every,
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
    pub use crate::ending::by_type::{ViaDisplay, ViaError};
    pub use crate::registry::{
        BodyDef, OptionDef, ScheduleDef, TaskDef, assert_registered, call_back, call_back_skip,
        call_with_run, call_with_skip, dsl, holds, holds_with_context, need, param, pin, register,
        schedule,
    };
    pub use inventory;
    pub use task_macros::def_of;
}
