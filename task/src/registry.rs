//! What the output of `#[task(...)]` names, and the list of all annotated functions.
//!
//! Not public API, but for the macros that refer to it.

use std::{any::TypeId, time::Duration};

use parking_lot::Mutex;
use task_schedule::{Error as ScheduleError, IntoSchedule, Schedule};

use crate::{
    body::{Condition, EndingFuture, Need, Param},
    context::Context,
    ending::Ending,
    policy::Missed,
    run::{Callback, Run},
    skip::{Skip, SkipCallback},
};

/// An annotated function, as the attribute wrote it down.
///
/// It is small, and says nothing of what the attribute doesn't say: a program has
/// one for each task, and the compiler has to evaluate it.
#[derive(Clone, Copy, Debug)]
pub struct TaskDef {
    pub name: &'static str,
    pub module: &'static str,
    pub file: &'static str,
    pub line: u32,
    pub description: &'static str,
    pub identity: fn() -> TypeId,
    pub body: BodyDef,
    /// One for each parameter of the function.
    pub needs: &'static [fn() -> Option<Need>],
    pub schedules: &'static [ScheduleDef],
    pub options: &'static [OptionDef],
}

impl TaskDef {
    /// Takes the function for the sake of its type, which has no name.
    #[allow(clippy::too_many_arguments)] // They are written by a macro.
    pub const fn new<F: Copy + 'static>(
        _: F,
        body: BodyDef,
        name: &'static str,
        module: &'static str,
        file: &'static str,
        line: u32,
        description: &'static str,
        schedules: &'static [ScheduleDef],
    ) -> TaskDef {
        TaskDef {
            name,
            module,
            file,
            line,
            description,
            // The id itself is no constant up to Rust 1.90.
            identity: TypeId::of::<F>,
            body,
            needs: &[],
            schedules,
            options: &[],
        }
    }

    pub const fn needs(self, needs: &'static [fn() -> Option<Need>]) -> TaskDef {
        TaskDef { needs, ..self }
    }

    pub const fn options(self, options: &'static [OptionDef]) -> TaskDef {
        TaskDef { options, ..self }
    }
}

/// The body of an annotated function.
#[derive(Clone, Copy, Debug)]
pub enum BodyDef {
    /// The function itself: it takes nothing, and returns nothing to be read.
    Unit(fn()),
    Plain(fn() -> Ending),
    Sync(fn(&Context) -> Ending),
    Async(fn(Context) -> EndingFuture),
}

/// One schedule of an annotated function.
#[derive(Clone, Copy, Debug)]
pub enum ScheduleDef {
    /// The canonical text of the schedule alone, which the attribute has checked
    /// together with the options that are for all schedules.
    Text(&'static str),
    /// A plain interval of so many nanoseconds, which are not 0.
    Every(u64),
    /// An expression, evaluated when a manager is built.
    Expr(fn() -> Result<Schedule, ScheduleError>),
}

/// One option of the attribute. A text has been checked by it.
#[derive(Clone, Copy, Debug)]
pub enum OptionDef {
    /// From here to `Fold`: for each schedule that doesn't say it itself.
    Timezone(&'static str),
    Until(&'static str),
    Aligned,
    Between(&'static str),
    Days(&'static str),
    Gap(&'static str),
    Fold(&'static str),
    Missed(Missed),
    Grace(Duration),
    Start(Duration),
    Jitter(Duration),
    MaxRuns(u64),
    Tags(&'static [&'static str]),
    Threaded,
    Disabled,
    OnSuccess(fn(&Run)),
    OnFailed(fn(&Run)),
    OnComplete(fn(&Run)),
    OnSkipped(fn(&Skip)),
    Overlap(&'static str),
    Backoff(&'static str),
    Retry(u32),
    Timeout(Duration),
    When(fn(&Context) -> bool),
    DisableAfter(u64),
    Exclusive(&'static [&'static str]),
    Priority(i32),
    History(usize),
}

inventory::collect!(TaskDef);

/// The tasks that were registered by name, for programs whose linker loses some.
static EXPLICIT: Mutex<Vec<&'static TaskDef>> = Mutex::new(Vec::new());

/// Returns all annotated functions, in no order that matters. One that is registered both
/// ways is there twice.
pub(crate) fn all() -> Vec<&'static TaskDef> {
    let mut all: Vec<_> = inventory::iter::<TaskDef>.into_iter().collect();
    all.extend(EXPLICIT.lock().iter());
    all
}

pub fn register(defs: &[&'static TaskDef]) {
    EXPLICIT.lock().extend(defs);
}

#[track_caller]
pub fn assert_registered<F: 'static>(_: &F, function: &str) {
    assert!(
        all()
            .iter()
            .any(|def| (def.identity)() == TypeId::of::<F>()),
        "`{function}` is no registered task: annotate it with `#[task(...)]`, and if the linker \
         drops its crate, name it in `task::register!({function})`"
    );
}

/// The future of an `async fn`, which has to be `Send`.
pub fn pin<F: Future<Output = Ending> + Send + 'static>(future: F) -> EndingFuture {
    Box::pin(future)
}

/// What a parameter is given.
pub fn param<P: Param>(context: &Context) -> P::Item<'_> {
    P::get(context)
}

pub fn need<P: Param>() -> Option<Need> {
    P::need()
}

pub fn schedule<S: IntoSchedule>(schedule: S) -> Result<Schedule, ScheduleError> {
    schedule.into_schedule()
}

pub fn call_back<M, F: Callback<M>>(callback: &F, run: &Run) {
    callback.call(run);
}

pub fn call_back_skip<M, F: SkipCallback<M>>(callback: &F, skip: &Skip) {
    callback.call(skip);
}

pub fn call_with_skip<F: Fn(&Skip)>(callback: F, skip: &Skip) {
    callback(skip);
}

pub fn holds<M, F: Condition<M>>(condition: &F, context: &Context) -> bool {
    condition.holds(context)
}

pub fn holds_with_context<F: Fn(&Context) -> bool>(condition: F, context: &Context) -> bool {
    condition(context)
}

pub fn call_with_run<F: Fn(&Run)>(callback: F, run: &Run) {
    callback(run);
}

/// What is in scope in `schedule = ...`.
pub mod dsl {
    pub use task_schedule::{Schedule, cron, every};
}
