//! The options that a configuration can set, and how each goes into a task.

use task_schedule::{Error as ScheduleError, Schedule, nearest, parse_span};

use crate::{
    layers::Value,
    task::{Task, parse_start},
};

/// One option, for files and for variables.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// An example of its use.
    pub(crate) usage: &'static str,
    kind: Kind,
}

/// What the value of an option is.
enum Kind {
    /// A text, or a list of them, each of which is a schedule.
    Schedule(fn(&str) -> Result<Schedule, ScheduleError>),
    /// A text, or a number that means one. One that can't be read is kept with its error, for `Task::check`.
    Text(fn(&mut Task, &str)),
    /// A number, for which this returns false if it is out of these bounds.
    Number(fn(&mut Task, &str) -> bool, &'static str),
    Flag(fn(&mut Task, bool)),
    /// A text or a list of them.
    Labels(fn(&mut Task, Vec<String>)),
}

/// In the order of the attribute.
static KEYS: [Key; 25] = [
    key(
        "every",
        "every = \"30s\"",
        Kind::Schedule(Schedule::parse_every),
    ),
    key(
        "delay",
        "delay = \"30s\"",
        Kind::Schedule(Schedule::parse_delay),
    ),
    key(
        "cron",
        "cron = \"0 9 * * mon-fri\"",
        Kind::Schedule(Schedule::parse_cron),
    ),
    key(
        "at",
        "at = \"2026-12-24 18:00\"",
        Kind::Schedule(Schedule::parse_once),
    ),
    key(
        "timezone",
        "timezone = \"UTC\"",
        Kind::Text(|task, text| task.say().timezone = Some(text.parse())),
    ),
    key(
        "between",
        "between = \"09:00 to 17:00\"",
        Kind::Text(|task, text| task.say().between = Some(text.parse())),
    ),
    key(
        "days",
        "days = \"mon-fri\"",
        Kind::Text(|task, text| task.say().days = Some(text.parse())),
    ),
    key(
        "gap",
        "gap = \"skip\"",
        Kind::Text(|task, text| task.say().gap = Some(text.parse())),
    ),
    key(
        "fold",
        "fold = \"both\"",
        Kind::Text(|task, text| task.say().fold = Some(text.parse())),
    ),
    key(
        "start",
        "start = \"now\"",
        Kind::Text(|task, text| task.say().start = Some(parse_start(text))),
    ),
    key(
        "aligned",
        "aligned = true",
        Kind::Flag(|task, flag| task.say().aligned = flag),
    ),
    key(
        "until",
        "until = \"2026-12-24 18:00\"",
        Kind::Text(|task, text| task.say().until = Some(text.parse())),
    ),
    key(
        "max_runs",
        "max_runs = 5",
        Kind::Number(
            |task, text| {
                text.parse()
                    .map(|runs| task.say().max_runs = Some(runs))
                    .is_ok()
            },
            "1 to 18446744073709551615",
        ),
    ),
    key(
        "missed",
        "missed = \"skip\"",
        Kind::Text(|task, text| task.say().missed = Some(text.parse())),
    ),
    key(
        "grace",
        "grace = \"1m\"",
        Kind::Text(|task, text| task.say().grace = Some(parse_span(text))),
    ),
    key(
        "overlap",
        "overlap = \"queue\"",
        Kind::Text(|task, text| task.say().overlap = Some(text.parse())),
    ),
    key(
        "retry",
        "retry = 3",
        Kind::Number(
            |task, text| {
                let attempts = text.parse();
                // One that can't be read is no reason to blame `backoff` as well.
                task.say().retry = *attempts.as_ref().unwrap_or(&1);
                attempts.is_ok()
            },
            "0 to 4294967295",
        ),
    ),
    key(
        "backoff",
        "backoff = \"1s to 1m\"",
        Kind::Text(|task, text| task.say().backoff = Some(text.parse())),
    ),
    key(
        "timeout",
        "timeout = \"10s\"",
        Kind::Text(|task, text| task.say().timeout = Some(parse_span(text))),
    ),
    key(
        "disable_after",
        "disable_after = 5",
        Kind::Number(
            |task, text| {
                text.parse()
                    .map(|failures| task.say().disable_after = Some(failures))
                    .is_ok()
            },
            "1 to 18446744073709551615",
        ),
    ),
    key(
        "exclusive",
        "exclusive = \"db\"",
        Kind::Labels(|task, groups| task.say().exclusive = groups),
    ),
    key(
        "priority",
        "priority = 10",
        Kind::Number(
            |task, text| {
                text.parse()
                    .map(|priority| task.say().priority = priority)
                    .is_ok()
            },
            "-2147483648 to 2147483647",
        ),
    ),
    key(
        "history",
        "history = 100",
        Kind::Number(
            |task, text| {
                text.parse()
                    .map(|runs| task.say().history = Some(runs))
                    .is_ok()
            },
            "1 up",
        ),
    ),
    key(
        "jitter",
        "jitter = \"2s\"",
        Kind::Text(|task, text| task.say().jitter = Some(parse_span(text))),
    ),
    key(
        "enabled",
        "enabled = false",
        Kind::Flag(|task, flag| task.say().disabled = !flag),
    ),
];

/// What the attribute has besides: a part of the program, or said in another way.
const FIXED: [(&str, &str); 11] = [
    (
        "schedule",
        "is an expression of the program: write `every`, `delay`, `cron` or `at`",
    ),
    ("when", PART),
    ("name", PART),
    ("tags", PART),
    ("threaded", PART),
    ("disabled", "can't be overridden: write `enabled = false`"),
    ("on_success", PART),
    ("on_failed", PART),
    ("on_complete", PART),
    ("on_skipped", PART),
    ("crate", PART),
];

const PART: &str = "can't be overridden: it is a part of the program";

const fn key(name: &'static str, usage: &'static str, kind: Kind) -> Key {
    Key { name, usage, kind }
}

/// Returns the key of a name, or why there is none.
pub(crate) fn find(name: &str) -> Result<&'static Key, String> {
    if let Some(key) = KEYS.iter().find(|key| key.name == name) {
        return Ok(key);
    }
    if let Some(reason) = fixed(name) {
        return Err(reason);
    }
    Err(match nearest_key(name) {
        Some(nearest) => format!("unknown option `{name}`, did you mean `{nearest}`?"),
        None => format!("unknown option `{name}`"),
    })
}

/// Returns why a configuration can't set a key that exists.
pub(crate) fn fixed(name: &str) -> Option<String> {
    let (_, reason) = FIXED.iter().find(|(fixed, _)| *fixed == name)?;
    Some(format!("`{name}` {reason}"))
}

pub(crate) fn nearest_key(name: &str) -> Option<&'static str> {
    nearest(name, KEYS.iter().map(|key| key.name))
}

/// Splits `SYNC_EVERY` into the part of the task and the key, if it ends in one.
pub(crate) fn split_variable(rest: &str) -> Option<(&str, &'static Key)> {
    // No key ends in `_` and another one, so there is one way at the most.
    KEYS.iter().find_map(|key| {
        let task = rest.strip_suffix(&*key.name.to_ascii_uppercase())?;
        let task = task.strip_suffix('_')?;
        (!task.is_empty()).then_some((task, key))
    })
}

impl Key {
    pub(crate) fn is_schedule(&self) -> bool {
        matches!(self.kind, Kind::Schedule(_))
    }

    /// Returns true if the value may be a list.
    pub(crate) fn takes_list(&self) -> bool {
        matches!(self.kind, Kind::Schedule(_) | Kind::Labels(_))
    }

    /// Sets the option, or notes that it has no such value.
    pub(crate) fn set(&self, task: &mut Task, value: &Value) {
        let name = self.name;
        let reason = match (self.try_set(task, value), value) {
            (Ok(()), _) => return,
            (Err(_), Value::NotUnicode) => format!("the value of `{name}` is not valid Unicode"),
            (Err(wanted), _) => format!("`{name}` is `{value}`: expected {wanted}"),
        };
        task.say().refused.push((name, reason));
    }

    fn try_set(&self, task: &mut Task, value: &Value) -> Result<(), String> {
        let usage = self.usage;
        match &self.kind {
            Kind::Schedule(parse) => {
                let texts = texts(value, Value::written);
                for text in
                    texts.ok_or_else(|| format!("a text or a list of texts, as in `{usage}`"))?
                {
                    task.schedules.push(parse(&text));
                    task.say().schedule_keys.push(self.name);
                }
            }
            Kind::Labels(set) => {
                let labels = texts(value, Value::text);
                set(
                    task,
                    labels.ok_or_else(|| format!("a text or a list of texts, as in `{usage}`"))?,
                );
            }
            Kind::Text(set) => {
                let text = value.written();
                set(
                    task,
                    text.ok_or_else(|| format!("a text, as in `{usage}`"))?,
                );
            }
            Kind::Number(set, bounds) => {
                if !value.written().is_some_and(|text| set(task, text)) {
                    return Err(format!("a whole number from {bounds}"));
                }
            }
            Kind::Flag(set) => match (value, value.text()) {
                (Value::Flag(flag), _) => set(task, *flag),
                (_, Some("true")) => set(task, true),
                (_, Some("false")) => set(task, false),
                _ => return Err("`true` or `false`".to_owned()),
            },
        }
        Ok(())
    }
}

/// Takes one text, or a list of one or more.
fn texts(value: &Value, text: fn(&Value) -> Option<&str>) -> Option<Vec<String>> {
    let list = match value {
        Value::List(list) if !list.is_empty() => list,
        value => std::slice::from_ref(value),
    };
    list.iter()
        .map(|value| text(value).map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::{FIXED, KEYS};

    #[test]
    fn each_option_of_the_attribute_is_known() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../task-macros/src/keys.rs");
        let source = fs::read_to_string(path).unwrap();
        let start = source.find("const KEYS").unwrap();
        let list = &source[start..];
        let list = &list[..list.find("];").unwrap()];
        let mut options: Vec<_> = list
            .lines()
            .filter_map(|line| line.trim().strip_prefix("(\""))
            .map(|line| line.split('"').next().unwrap())
            .collect();
        assert!(options.len() > 30, "{options:?}");

        let settable = KEYS.iter().map(|key| key.name);
        let fixed = FIXED.iter().map(|(name, _)| *name);
        let mut known: Vec<_> = settable
            .chain(fixed)
            .filter(|name| *name != "enabled")
            .collect();
        known.sort_unstable();
        options.sort_unstable();
        assert_eq!(known, options);
    }

    #[test]
    fn a_variable_can_be_split_in_one_way_only() {
        for one in &KEYS {
            for other in &KEYS {
                let end = format!("_{}", other.name);
                assert!(!one.name.ends_with(&end), "{} and {}", one.name, other.name);
            }
        }
    }
}
