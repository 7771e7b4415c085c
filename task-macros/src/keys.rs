//! The options of the attribute: their names, and which value goes where.

use std::{collections::HashSet, str::FromStr, time::Duration};

use proc_macro2::Ident;
use syn::{Expr, ExprClosure, ExprLit, ExprPath, Lit, LitStr, Path, ext::IdentExt, parse_quote};
use task_schedule::{Error, Schedule, Until, Zone};

use crate::{
    errors::Errors,
    parse::{Entries, Entry},
    values,
};

/// Each option with an example of its use, in the order of the documentation.
pub(crate) const KEYS: [(&str, &str); 18] = [
    ("every", "every = \"30s\""),
    ("delay", "delay = \"30s\""),
    ("at", "at = \"2026-12-24 18:00\""),
    ("schedule", "schedule = every(10).seconds()"),
    ("timezone", "timezone = \"UTC\""),
    ("start", "start = \"now\""),
    ("aligned", "aligned"),
    ("until", "until = \"2026-12-24 18:00\""),
    ("max_runs", "max_runs = 5"),
    ("jitter", "jitter = \"2s\""),
    ("name", "name = \"sample\""),
    ("tags", "tags = [\"io\"]"),
    ("threaded", "threaded"),
    ("disabled", "disabled"),
    ("on_success", "on_success = done"),
    ("on_failed", "on_failed = warn"),
    ("on_complete", "on_complete = note"),
    ("crate", "crate = my_task"),
];

/// The options that say when a task runs.
pub(crate) const WHEN: [&str; 4] = ["every", "delay", "at", "schedule"];

/// The arguments of one attribute, each value read and right by itself.
pub(crate) struct Options {
    pub(crate) when: Vec<When>,
    /// True if a schedule was given, even one that could not be read.
    pub(crate) says_when: bool,
    /// True if `when` lacks a schedule that could not be read.
    pub(crate) when_incomplete: bool,
    pub(crate) timezone: Option<Given<Zone>>,
    pub(crate) start: Option<Given<Start>>,
    pub(crate) aligned: Option<Ident>,
    pub(crate) until: Option<Given<Until>>,
    pub(crate) max_runs: Option<MaxRuns>,
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

/// The error for an option whose value is missing.
pub(crate) fn needs_value(key: &Ident) -> syn::Error {
    misused(key, &format!("`{key}` needs a value"))
}

/// The error for an option that is not written as it should be.
pub(crate) fn misused(key: &Ident, problem: &str) -> syn::Error {
    let name = key.unraw().to_string();
    let message = match usage(&name) {
        Some(usage) if usage == name => alone(&name),
        Some(usage) => format!("{problem}: write `{usage}`"),
        None => unknown_option(&name),
    };
    syn::Error::new(key.span(), message)
}

fn alone(flag: &str) -> String {
    format!("`{flag}` is a flag: write it alone, or leave it out")
}

/// Returns an example of an option, or `None` if there is no such option.
pub(crate) fn usage(name: &str) -> Option<&'static str> {
    KEYS.iter()
        .find(|(known, _)| *known == name)
        .map(|(_, usage)| *usage)
}

/// Reads each entry by itself; what they mean together is not seen here.
pub(crate) fn read(entries: Entries, errors: &mut Errors) -> Options {
    let mut options = Options::new();
    options.says_when = entries.incomplete;
    options.when_incomplete = entries.incomplete;
    let mut seen = HashSet::new();
    for Entry { key, value } in entries.list {
        let name = key.unraw().to_string();
        if usage(&name).is_none() {
            errors.at(&key, unknown_option(&name));
            if nearest(&name).is_some_and(|nearest| WHEN.contains(&nearest)) {
                options.says_when = true;
                options.when_incomplete = true;
            }
            continue;
        }
        options.says_when |= WHEN.contains(&name.as_str());
        // The value of a repeated option is read only for its errors.
        let mut ignored = Options::new();
        let target = if seen.insert(name.clone()) {
            &mut options
        } else {
            errors.at(&key, repeated(&name));
            &mut ignored
        };
        match value.map(values::peel) {
            Some(value) => target.set(&name, key, value, errors),
            None => target.set_flag(&name, key, errors),
        }
    }
    options
}

impl Options {
    fn new() -> Options {
        Options {
            when: Vec::new(),
            says_when: false,
            when_incomplete: false,
            timezone: None,
            start: None,
            aligned: None,
            until: None,
            max_runs: None,
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

    fn set_flag(&mut self, name: &str, key: Ident, errors: &mut Errors) {
        match name {
            "aligned" => self.aligned = Some(key),
            "threaded" => self.threaded = true,
            "disabled" => self.disabled = true,
            _ => {
                self.when_incomplete |= WHEN.contains(&name);
                errors.add(needs_value(&key));
            }
        }
    }

    fn set(&mut self, name: &str, key: Ident, value: Expr, errors: &mut Errors) {
        match name {
            "every" => self.set_when(name, value, Schedule::parse_every, errors),
            "delay" => self.set_when(name, value, Schedule::parse_delay, errors),
            "at" => self.set_when(name, value, Schedule::parse_once, errors),
            "schedule" => self.set_schedule(value, errors),
            "timezone" => {
                self.timezone = errors.ok(values::given(name, key, value, Zone::from_str))
            }
            "start" => self.start = errors.ok(values::given(name, key, value, values::start)),
            "until" => self.until = errors.ok(values::given(name, key, value, Until::from_str)),
            "jitter" => {
                self.jitter = errors.ok(values::given(name, key, value, task_schedule::parse_span));
            }
            "max_runs" => {
                self.max_runs = errors
                    .ok(values::max_runs(value))
                    .map(|value| MaxRuns { key, value });
            }
            "name" => {
                self.name = errors
                    .ok(values::string(name, value).and_then(|text| values::label(name, &text)))
            }
            "tags" => self.tags = values::tags(value, errors),
            "on_success" => self.on_success = errors.ok(values::callback(name, value)),
            "on_failed" => self.on_failed = errors.ok(values::callback(name, value)),
            "on_complete" => self.on_complete = errors.ok(values::callback(name, value)),
            "crate" => {
                if let Some(path) = errors.ok(values::crate_path(value)) {
                    self.krate = path;
                }
            }
            _ => errors.at(value, alone(name)),
        }
    }

    fn set_when(
        &mut self,
        name: &str,
        value: Expr,
        parse: fn(&str) -> Result<Schedule, Error>,
        errors: &mut Errors,
    ) {
        for value in values::elements(name, value, errors) {
            let read = values::string(name, value).and_then(|literal| {
                let schedule = parse(&literal.value())
                    .map_err(|error| syn::Error::new(literal.span(), error))?;
                Ok(When::Text { literal, schedule })
            });
            match errors.ok(read) {
                Some(when) => self.when.push(when),
                None => self.when_incomplete = true,
            }
        }
    }

    fn set_schedule(&mut self, value: Expr, errors: &mut Errors) {
        for value in values::elements("schedule", value, errors) {
            match value {
                // No need to wait for the program to run.
                Expr::Lit(ExprLit {
                    lit: Lit::Str(_), ..
                }) => self.set_when("schedule", value, Schedule::from_str, errors),
                Expr::Lit(_) => {
                    self.when_incomplete = true;
                    errors.at(
                        value,
                        "this is no schedule: write `every = \"30s\"`, \
                         or an expression as in `schedule = every(30).seconds()`",
                    );
                }
                value => self.when.push(When::Expr(value)),
            }
        }
    }
}

fn nearest(name: &str) -> Option<&'static str> {
    task_schedule::nearest(name, KEYS.iter().map(|(known, _)| *known))
}

fn unknown_option(name: &str) -> String {
    let hint = match nearest(name) {
        Some(nearest) => format!(", did you mean `{nearest}`?"),
        None => String::new(),
    };
    let known: Vec<_> = KEYS.iter().map(|(known, _)| *known).collect();
    format!(
        "unknown option `{name}`{hint}\nthe options are {}",
        known.join(", ")
    )
}

fn repeated(name: &str) -> String {
    match name {
        "every" | "delay" | "at" => {
            format!("`{name}` is given twice: write one list, `{name} = [\"...\", \"...\"]`")
        }
        "schedule" => "`schedule` is given twice: write one list, `schedule = [..., ...]`".into(),
        _ => format!("`{name}` is given twice"),
    }
}
