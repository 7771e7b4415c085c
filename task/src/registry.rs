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
    /// From here to `fold`: for each schedule that doesn't say it itself.
    pub timezone: Option<&'static str>,
    pub until: Option<&'static str>,
    pub aligned: bool,
    pub between: Option<&'static str>,
    pub days: Option<&'static str>,
    pub gap: Option<&'static str>,
    pub fold: Option<&'static str>,
    pub missed: Option<Missed>,
    pub grace: Option<Duration>,
    pub start: Option<Duration>,
    pub jitter: Option<Duration>,
    pub max_runs: Option<u64>,
    pub tags: &'static [&'static str],
    pub threaded: bool,
    pub disabled: bool,
    pub on_success: Option<fn(&Run)>,
    pub on_failed: Option<fn(&Run)>,
    pub on_complete: Option<fn(&Run)>,
    pub on_skipped: Option<fn(&Skip)>,
    /// These are texts that the attribute has checked.
    pub overlap: Option<&'static str>,
    pub backoff: Option<&'static str>,
    pub retry: u32,
    pub timeout: Option<Duration>,
    pub when: Option<fn(&Context) -> bool>,
    pub disable_after: Option<u64>,
    pub exclusive: &'static [&'static str],
    pub priority: i32,
    pub history: Option<usize>,
}

impl TaskDef {
    pub const DEFAULT: TaskDef = TaskDef {
        name: "",
        module: "",
        file: "",
        line: 0,
        description: "",
        identity: || TypeId::of::<()>(),
        body: BodyDef::Sync(|_| Ending::Done),
        needs: &[],
        schedules: &[],
        timezone: None,
        until: None,
        aligned: false,
        between: None,
        days: None,
        gap: None,
        fold: None,
        missed: None,
        grace: None,
        start: None,
        jitter: None,
        max_runs: None,
        tags: &[],
        threaded: false,
        disabled: false,
        on_success: None,
        on_failed: None,
        on_complete: None,
        on_skipped: None,
        overlap: None,
        backoff: None,
        retry: 0,
        timeout: None,
        when: None,
        disable_after: None,
        exclusive: &[],
        priority: 0,
        history: None,
    };
}

/// The body of an annotated function.
#[derive(Clone, Copy, Debug)]
pub enum BodyDef {
    /// It takes nothing and returns nothing.
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

/// What `inventory` collects.
#[derive(Clone, Copy, Debug)]
pub struct TaskRef(pub &'static TaskDef);

inventory::collect!(TaskRef);

/// The tasks that were registered by name, for programs whose linker loses some.
static EXPLICIT: Mutex<Vec<&'static TaskDef>> = Mutex::new(Vec::new());

/// Returns all annotated functions, each once, in an order that depends on
/// nothing but the sources.
pub(crate) fn registered() -> Vec<&'static TaskDef> {
    let mut all: Vec<_> = inventory::iter::<TaskRef>
        .into_iter()
        .map(|def| def.0)
        .collect();
    all.extend(EXPLICIT.lock().iter());
    all.sort_by_key(|def| {
        (
            def.name,
            def.module,
            def.file,
            def.line,
            std::ptr::from_ref(def).addr(),
        )
    });
    all.dedup_by(|a, b| std::ptr::eq(*a, *b));
    all
}

/// Returns the names of all annotated functions.
pub(crate) fn names() -> Vec<String> {
    let names = registered().into_iter().map(|def| def.name.to_owned());
    names.collect()
}

pub fn register(defs: &[&'static TaskDef]) {
    EXPLICIT.lock().extend(defs);
}

#[track_caller]
pub fn assert_registered<F: 'static>(_: &F, function: &str) {
    assert!(
        registered()
            .iter()
            .any(|def| (def.identity)() == TypeId::of::<F>()),
        "`{function}` is no registered task: annotate it with `#[task(...)]`, and if the linker \
         drops its crate, name it in `task::register!({function})`"
    );
}

pub fn identity_of<F: 'static>(_: &F) -> TypeId {
    TypeId::of::<F>()
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
