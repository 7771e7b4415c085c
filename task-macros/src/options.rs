//! What an attribute says, each value read and right by itself.

use std::time::Duration;

use proc_macro2::Ident;
use quote::quote;
use syn::LitStr;
use task_schedule::{Between, Days, Fold, Gap, Schedule, Until, Zone};

use crate::{keys, tokens::Tokens};

/// The arguments of one attribute.
pub(crate) struct Options {
    pub(crate) when: Vec<When>,
    pub(crate) unread: Unread,
    pub(crate) timezone: Option<Given<Zone>>,
    pub(crate) between: Option<Given<Between>>,
    pub(crate) days: Option<Given<Days>>,
    pub(crate) gap: Option<Given<Gap>>,
    pub(crate) fold: Option<Given<Fold>>,
    pub(crate) start: Option<Given<Start>>,
    pub(crate) aligned: Option<Ident>,
    pub(crate) until: Option<Given<Until>>,
    pub(crate) max_runs: Option<Keyed<u64>>,
    pub(crate) missed: Option<Given<Missed>>,
    pub(crate) grace: Option<Given<Duration>>,
    pub(crate) overlap: Option<Keyed<Overlap>>,
    pub(crate) retry: Option<u32>,
    pub(crate) backoff: Option<Given<Spans>>,
    pub(crate) timeout: Option<Given<Duration>>,
    /// The option `when`, which is asked at each fire.
    pub(crate) condition: Option<Callback>,
    pub(crate) disable_after: Option<u64>,
    pub(crate) exclusive: Vec<String>,
    pub(crate) priority: Option<i32>,
    pub(crate) history: Option<usize>,
    pub(crate) jitter: Option<Given<Duration>>,
    pub(crate) name: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) threaded: Option<Ident>,
    pub(crate) disabled: bool,
    pub(crate) on_success: Option<Callback>,
    pub(crate) on_failed: Option<Callback>,
    pub(crate) on_complete: Option<Callback>,
    pub(crate) on_skipped: Option<Callback>,
    /// The path of the library.
    pub(crate) krate: Tokens,
}

/// The options that were given and could not be read: what goes with one of
/// them is not to be blamed.
#[derive(Default)]
pub(crate) struct Unread {
    names: Vec<&'static str>,
    /// Something was not even read as an option: it may be any of them.
    any: bool,
}

/// One schedule of the attribute.
pub(crate) enum When {
    /// Known while compiling.
    Text { literal: LitStr, schedule: Schedule },
    /// Known when the program runs.
    Expr(Tokens),
}

/// A value that was written as a string.
pub(crate) struct Given<T> {
    pub(crate) key: Ident,
    pub(crate) literal: LitStr,
    pub(crate) value: T,
}

/// When a task runs for the first time.
#[derive(Clone, Copy)]
pub(crate) enum Start {
    Now,
    After(Duration),
}

/// What becomes of the fires whose time has passed.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Missed {
    /// One run stands for all of them.
    Once,
    /// They are dropped.
    Skip,
    /// Each has its run.
    All,
}

/// What a fire does while its task is running.
#[derive(Clone, Copy)]
pub(crate) enum Overlap {
    /// It is skipped.
    Skip,
    /// It waits for the end of the run.
    Queue,
    /// It runs beside the others.
    Allow,
    /// It takes the place of the run.
    Cancel,
    /// It runs beside the others, up to so many in all.
    AtMost(u32),
}

/// One span, or the first and the last of several.
pub(crate) type Spans = (Duration, Option<Duration>);

/// A value of another kind, with the option's name for errors.
pub(crate) struct Keyed<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

/// What is called with something that a task has to tell.
pub(crate) enum Callback {
    Path(Tokens),
    Closure { takes_nothing: bool, tokens: Tokens },
}

impl Options {
    pub(crate) fn new() -> Options {
        Options {
            when: Vec::new(),
            unread: Unread::default(),
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
            grace: None,
            overlap: None,
            retry: None,
            backoff: None,
            timeout: None,
            condition: None,
            disable_after: None,
            exclusive: Vec::new(),
            priority: None,
            history: None,
            jitter: None,
            name: None,
            tags: Vec::new(),
            threaded: None,
            disabled: false,
            on_success: None,
            on_failed: None,
            on_complete: None,
            on_skipped: None,
            krate: default_crate(),
        }
    }

    /// Returns true if a schedule was given, even one that could not be read.
    pub(crate) fn says_when(&self) -> bool {
        !self.when.is_empty() || self.when_incomplete()
    }

    /// Returns true if `when` lacks a schedule that could not be read.
    pub(crate) fn when_incomplete(&self) -> bool {
        keys::WHEN.iter().any(|name| self.unread.may_hold(name))
    }
}

/// Returns `::task`.
fn default_crate() -> Tokens {
    quote!(::task).into_iter().collect()
}

impl Unread {
    pub(crate) fn add(&mut self, name: &'static str) {
        self.names.push(name);
    }

    pub(crate) fn add_any(&mut self) {
        self.any = true;
    }

    /// Returns true if an option was given, or may have been, without a value
    /// that could be read.
    pub(crate) fn may_hold(&self, name: &str) -> bool {
        self.any || self.names.contains(&name)
    }
}
