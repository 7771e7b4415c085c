//! The options of the attribute: their names, and which value goes where.

use std::str::FromStr;

use proc_macro2::Ident;
use syn::{Lit, ext::IdentExt};
use task_schedule::{
    Between, Days, Error, Fold, Gap, Schedule, Until, Zone, parse_span, parse_spans,
};

use crate::{
    callbacks,
    errors::Errors,
    numbers,
    options::{Keyed, Options, When},
    parse::{Entries, Entry},
    value::{Kind, Value},
    values,
};

/// Each option with an example of its use, in the order of the documentation.
pub(crate) const KEYS: [(&str, &str); 35] = [
    ("every", "every = \"30s\""),
    ("delay", "delay = \"30s\""),
    ("cron", "cron = \"0 9 * * mon-fri\""),
    ("at", "at = \"2026-12-24 18:00\""),
    ("schedule", "schedule = every(10).seconds()"),
    ("timezone", "timezone = \"UTC\""),
    ("between", "between = \"09:00 to 17:00\""),
    ("days", "days = \"mon-fri\""),
    ("gap", "gap = \"skip\""),
    ("fold", "fold = \"both\""),
    ("start", "start = \"now\""),
    ("aligned", "aligned"),
    ("until", "until = \"2026-12-24 18:00\""),
    ("max_runs", "max_runs = 5"),
    ("missed", "missed = \"skip\""),
    ("grace", "grace = \"1m\""),
    ("overlap", "overlap = \"queue\""),
    ("retry", "retry = 3"),
    ("backoff", "backoff = \"1s to 1m\""),
    ("timeout", "timeout = \"10s\""),
    ("when", "when = is_night"),
    ("disable_after", "disable_after = 5"),
    ("exclusive", "exclusive = \"db\""),
    ("priority", "priority = 10"),
    ("history", "history = 100"),
    ("jitter", "jitter = \"2s\""),
    ("name", "name = \"sample\""),
    ("tags", "tags = [\"io\"]"),
    ("threaded", "threaded"),
    ("disabled", "disabled"),
    ("on_success", "on_success = done"),
    ("on_failed", "on_failed = warn"),
    ("on_complete", "on_complete = note"),
    ("on_skipped", "on_skipped = note"),
    ("crate", "crate = my_task"),
];

/// The options that say when a task runs.
pub(crate) const WHEN: [&str; 5] = ["every", "delay", "cron", "at", "schedule"];

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
    if entries.incomplete {
        options.unread.add_any();
    }
    let mut seen = Vec::new();
    for Entry { key, value } in entries.list {
        let written = key.unraw().to_string();
        let Some((name, _)) = KEYS.iter().find(|(known, _)| *known == written) else {
            errors.at(&key, unknown_option(&written));
            if let Some(nearest) = nearest(&written) {
                options.unread.add(nearest);
            }
            continue;
        };
        let errors_before = errors.count();
        // The value of a repeated option is read only for its errors.
        let mut ignored;
        let target = if seen.contains(name) {
            errors.at(&key, repeated(name));
            ignored = Options::new();
            &mut ignored
        } else {
            seen.push(*name);
            &mut options
        };
        match value {
            Some(value) => target.set(name, key, value, errors),
            None => target.set_flag(name, key, errors),
        }
        if errors.count() > errors_before {
            options.unread.add(name);
        }
    }
    options
}

impl Options {
    fn set_flag(&mut self, name: &str, key: Ident, errors: &mut Errors) {
        match name {
            "aligned" => self.aligned = Some(key),
            "threaded" => self.threaded = Some(key),
            "disabled" => self.disabled = true,
            _ => errors.add(needs_value(&key)),
        }
    }

    fn set(&mut self, name: &str, key: Ident, value: Value, errors: &mut Errors) {
        match name {
            "every" => self.set_when(name, value, Schedule::parse_every, errors),
            "delay" => self.set_when(name, value, Schedule::parse_delay, errors),
            "cron" => self.set_when(name, value, Schedule::parse_cron, errors),
            "at" => self.set_when(name, value, Schedule::parse_once, errors),
            "schedule" => self.set_schedule(value, errors),
            "timezone" => {
                self.timezone = errors.ok(values::given(name, key, value, Zone::from_str))
            }
            "between" => {
                self.between = errors.ok(values::given(name, key, value, Between::from_str));
            }
            "days" => self.days = errors.ok(values::given(name, key, value, Days::from_str)),
            "gap" => self.gap = errors.ok(values::given(name, key, value, Gap::from_str)),
            "fold" => self.fold = errors.ok(values::given(name, key, value, Fold::from_str)),
            "start" => self.start = errors.ok(values::given(name, key, value, values::start)),
            "until" => self.until = errors.ok(values::given(name, key, value, Until::from_str)),
            "missed" => self.missed = errors.ok(values::given(name, key, value, values::missed)),
            "grace" => self.grace = errors.ok(values::given(name, key, value, parse_span)),
            "jitter" => self.jitter = errors.ok(values::given(name, key, value, parse_span)),
            "max_runs" => {
                self.max_runs = errors
                    .ok(numbers::max_runs(value))
                    .map(|value| Keyed { key, value });
            }
            "overlap" => {
                self.overlap = errors
                    .ok(values::overlap(name, value))
                    .map(|value| Keyed { key, value });
            }
            "retry" => self.retry = errors.ok(numbers::retry(value)),
            "backoff" => self.backoff = errors.ok(values::given(name, key, value, parse_spans)),
            "timeout" => self.timeout = errors.ok(values::given(name, key, value, parse_span)),
            "when" => self.condition = errors.ok(callbacks::read(name, value)),
            "disable_after" => self.disable_after = errors.ok(numbers::disable_after(value)),
            "exclusive" => self.exclusive = values::groups(value, errors),
            "priority" => self.priority = errors.ok(numbers::priority(value)),
            "history" => self.history = errors.ok(numbers::history(value)),
            "name" => {
                self.name = errors
                    .ok(values::string(name, value).and_then(|text| values::label(name, &text)))
            }
            "tags" => self.tags = values::tags(value, errors),
            "on_success" => self.on_success = errors.ok(callbacks::read(name, value)),
            "on_failed" => self.on_failed = errors.ok(callbacks::read(name, value)),
            "on_complete" => self.on_complete = errors.ok(callbacks::read(name, value)),
            "on_skipped" => self.on_skipped = errors.ok(callbacks::read(name, value)),
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
        value: Value,
        parse: fn(&str) -> Result<Schedule, Error>,
        errors: &mut Errors,
    ) {
        for value in values::elements(name, value, errors) {
            let read = values::string(name, value).and_then(|literal| {
                let schedule = parse(&literal.value())
                    .map_err(|error| syn::Error::new(literal.span(), error))?;
                Ok(When::Text { literal, schedule })
            });
            self.when.extend(errors.ok(read));
        }
    }

    fn set_schedule(&mut self, value: Value, errors: &mut Errors) {
        for value in values::elements("schedule", value, errors) {
            match value.kind {
                // No need to wait for the program to run.
                Kind::Literal(Lit::Str(_)) => {
                    self.set_when("schedule", value, Schedule::from_str, errors);
                }
                Kind::Literal(_) => {
                    errors.at(
                        value,
                        "this is no schedule: write `every = \"30s\"`, \
                         or an expression as in `schedule = every(30).seconds()`",
                    );
                }
                _ => self.when.push(When::Expr(value.tokens)),
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
        "every" | "delay" | "cron" | "at" => {
            format!("`{name}` is given twice: write one list, `{name} = [\"...\", \"...\"]`")
        }
        "schedule" => "`schedule` is given twice: write one list, `schedule = [..., ...]`".into(),
        _ => format!("`{name}` is given twice"),
    }
}
