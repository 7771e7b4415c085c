//! What an attribute says, each value read and right by itself.

use std::time::Duration;

use proc_macro2::Ident;
use syn::{Expr, ExprClosure, ExprPath, LitStr, Path, parse_quote};
use task_schedule::{Between, Days, Fold, Gap, Schedule, Until, Zone};

/// The arguments of one attribute.
pub(crate) struct Options {
    pub(crate) when: Vec<When>,
    /// True if a schedule was given, even one that could not be read.
    pub(crate) says_when: bool,
    /// True if `when` lacks a schedule that could not be read.
    pub(crate) when_incomplete: bool,
    pub(crate) timezone: Option<Given<Zone>>,
    pub(crate) between: Option<Given<Between>>,
    pub(crate) days: Option<Given<Days>>,
    pub(crate) gap: Option<Given<Gap>>,
    pub(crate) fold: Option<Given<Fold>>,
    pub(crate) start: Option<Given<Start>>,
    pub(crate) aligned: Option<Ident>,
    pub(crate) until: Option<Given<Until>>,
    pub(crate) max_runs: Option<MaxRuns>,
    pub(crate) missed: Option<Given<Missed>>,
    /// True if `missed` was given, but could not be read.
    pub(crate) missed_unread: bool,
    pub(crate) grace: Option<Given<Duration>>,
    pub(crate) jitter: Option<Given<Duration>>,
    pub(crate) name: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) threaded: bool,
    pub(crate) disabled: bool,
    pub(crate) on_success: Option<Callback>,
    pub(crate) on_failed: Option<Callback>,
    pub(crate) on_complete: Option<Callback>,
    pub(crate) krate: Path,
}

/// One schedule of the attribute.
pub(crate) enum When {
    /// Known while compiling.
    Text { literal: LitStr, schedule: Schedule },
    /// Known when the program runs.
    Expr(Expr),
}

/// A value that was written as a string.
pub(crate) struct Given<T> {
    pub(crate) key: Ident,
    pub(crate) literal: LitStr,
    pub(crate) value: T,
}

/// When a task runs for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    Now,
    After(Duration),
}

/// What becomes of the fires whose time has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missed {
    /// One run stands for all of them.
    Once,
    /// They are dropped.
    Skip,
    /// Each has its run.
    All,
}

/// How often a job may run, with the option's name for errors.
pub(crate) struct MaxRuns {
    pub(crate) key: Ident,
    pub(crate) value: u64,
}

/// What is called after a run.
pub(crate) enum Callback {
    Path(ExprPath),
    Closure(ExprClosure),
}

impl Options {
    pub(crate) fn new() -> Options {
        Options {
            when: Vec::new(),
            says_when: false,
            when_incomplete: false,
            timezone: None,
            between: None,
            days: None,
            gap: None,
            fold: None,
            start: None,
            aligned: None,
            until: None,
            max_runs: None,
            missed: None,
            missed_unread: false,
            grace: None,
            jitter: None,
            name: None,
            tags: Vec::new(),
            threaded: false,
            disabled: false,
            on_success: None,
            on_failed: None,
            on_complete: None,
            krate: parse_quote!(::task),
        }
    }
}
