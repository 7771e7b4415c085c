//! Which task is meant by what a configuration says, and what it says of none.

use std::collections::{BTreeMap, BTreeSet};

use task_schedule::nearest;

use crate::{
    config::table_in,
    error::{Error, ErrorKind},
    layers::{Layer, Setting, Value, merge, parse_list},
    overridden::{Overridden, VARIABLE},
    override_keys::{find, fixed, nearest_key},
    sync::Mutex,
    task::Task,
};

/// A configuration that was read.
pub(crate) struct Overrides {
    /// What a later one says wins.
    read: Vec<Read>,
    /// What was wrong in reading it.
    problems: Vec<Error>,
    /// The names of all tasks that came by, also of those that were removed since.
    seen: Mutex<BTreeSet<String>>,
}

/// One source of it.
pub(crate) enum Read {
    File {
        by: String,
        /// By the names of the tasks.
        tasks: BTreeMap<String, Layer>,
    },
    Variables {
        prefix: String,
        /// By the names of the tasks in upper case.
        tasks: BTreeMap<String, Layer>,
        /// What follows the prefix and ends in no key.
        others: Vec<String>,
    },
}

impl Overrides {
    pub(crate) fn new(read: Vec<Read>, problems: Vec<Error>) -> Overrides {
        Overrides {
            read,
            problems,
            seen: Mutex::new(BTreeSet::new()),
        }
    }

    /// Sets on a task what is said of it. `others` returns the names of all tasks
    /// that there are, and is asked only if it matters.
    ///
    /// Whether the values can be meant is seen by `Task::check`.
    pub(crate) fn apply(
        &self,
        task: &mut Task,
        others: impl FnOnce() -> Vec<String>,
    ) -> Result<(), Error> {
        if self.read.is_empty() {
            return Ok(());
        }
        self.seen.lock().insert(task.name.clone());
        let upper = upper_case(&task.name);
        let mut variable = None;
        let mut layers = Vec::new();
        for read in &self.read {
            match read {
                Read::File { tasks, .. } => layers.extend(tasks.get(&task.name)),
                Read::Variables { prefix, tasks, .. } => {
                    let layer = tasks.get(&upper);
                    layers.extend(layer);
                    let keys = layer.map(Layer::keys).unwrap_or_default();
                    let first = keys.first().map(|key| variable_of(prefix, &upper, key));
                    variable = variable.or(first);
                }
            }
        }
        if let Some(variable) = variable {
            check_meant(&variable, &task.name, &upper, others())?;
        }
        set(task, merge(&layers));
        Ok(())
    }

    /// Returns what is wrong with the configuration itself; `names` are those of
    /// all tasks that there are.
    pub(crate) fn problems(&self, names: impl FnOnce() -> Vec<String>) -> Vec<Error> {
        if self.read.is_empty() {
            return self.problems.clone();
        }
        let mut names: BTreeSet<_> = names().into_iter().collect();
        names.extend(self.seen.lock().iter().cloned());
        let by_upper: BTreeMap<_, _> = names.iter().map(|name| (upper_case(name), name)).collect();
        let mut problems = self.problems.clone();
        for read in &self.read {
            match read {
                Read::File { by, tasks } => {
                    let unknown = tasks.keys().filter(|name| !names.contains(*name));
                    problems.extend(unknown.map(|name| unknown_task(name, &names, by)));
                }
                Read::Variables {
                    prefix,
                    tasks,
                    others,
                } => {
                    for (upper, layer) in tasks {
                        if !by_upper.contains_key(upper) {
                            let keys = layer.keys();
                            let near = nearest(upper, by_upper.keys().map(|upper| &**upper));
                            problems.extend(
                                keys.iter()
                                    .map(|key| unknown_upper(prefix, upper, key, near)),
                            );
                        }
                    }
                    let unknown = others.iter();
                    problems
                        .extend(unknown.filter_map(|rest| unknown_key(prefix, rest, &by_upper)));
                }
            }
        }
        problems
    }
}

/// A problem with the configuration itself.
pub(crate) fn problem(reason: impl Into<String>, place: String) -> Error {
    let reason = reason.into();
    let error = ErrorKind::Setting { reason }.into();
    ErrorKind::Configured { error, place }.into()
}

fn set(task: &mut Task, settings: Vec<Setting>) {
    // No two keys have one name, and each was looked up when it was read.
    let known = settings
        .into_iter()
        .filter_map(|setting| Some((find(&setting.key).ok()?, setting)));
    let known: Vec<_> = known.collect();
    if known.iter().any(|(key, _)| key.is_schedule()) {
        task.schedules.clear();
        task.say().panicked.clear();
    }
    for (key, Setting { value, by, .. }) in known {
        let value = match value.text() {
            Some(text) if key.takes_list() && by.starts_with(VARIABLE) && text.starts_with('[') => {
                parse_list(text).unwrap_or_else(|| Value::Other(text.to_owned()))
            }
            _ => value,
        };
        key.set(task, &value);
        task.say().overridden.push(Overridden {
            key: key.name.to_owned(),
            value: value.to_string(),
            by,
        });
    }
}

/// Checks that a variable means one task.
fn check_meant(
    variable: &str,
    task: &str,
    upper: &str,
    mut others: Vec<String>,
) -> Result<(), Error> {
    others.retain(|other| upper_case(other) == upper);
    others.push(task.to_owned());
    others.sort_unstable();
    others.dedup();
    if others.len() == 1 {
        return Ok(());
    }
    let names: Vec<_> = others.iter().map(|name| format!("`{name}`")).collect();
    let names = names.join(" and ");
    let reason = format!(
        "the {VARIABLE}`{variable}` means several tasks, {names}: override them in a file, or give them other names"
    );
    Err(problem(reason, String::new()))
}

fn unknown_task(name: &str, names: &BTreeSet<String>, by: &str) -> Error {
    let nearest = nearest(name, names.iter().map(|name| &**name));
    let error = ErrorKind::UnknownTask {
        name: name.to_owned(),
        nearest: nearest.map(str::to_owned),
    };
    Error::from(error).set_by(table_in(name, by))
}

/// A variable that ends in a key, and names no task.
fn unknown_upper(prefix: &str, upper: &str, key: &str, nearest: Option<&str>) -> Error {
    let variable = variable_of(prefix, upper, key);
    let mut reason = format!("the {VARIABLE}`{variable}` names no task");
    if let Some(nearest) = nearest {
        let nearest = variable_of(prefix, nearest, key);
        reason += &format!(", did you mean `{nearest}`?");
    }
    problem(reason, String::new())
}

/// A variable that names a task, and ends in no key. Any other is somebody else's.
fn unknown_key(prefix: &str, rest: &str, by_upper: &BTreeMap<String, &String>) -> Option<Error> {
    let named = by_upper.iter().filter_map(|(upper, name)| {
        let key = rest.strip_prefix(&**upper)?.strip_prefix('_')?;
        Some((upper, name, key.to_lowercase()))
    });
    let (upper, name, key) = named.max_by_key(|(upper, ..)| upper.len())?;
    let variable = format!("the {VARIABLE}`{prefix}_{rest}`");
    if let Some(fixed) = fixed(&key) {
        let reason = format!("{variable} is about the task `{name}`, and {fixed}");
        return Some(problem(reason, String::new()));
    }
    let mut reason = format!("{variable} names no option of the task `{name}`");
    if let Some(nearest) = nearest_key(&key) {
        let nearest = variable_of(prefix, upper, nearest);
        reason += &format!(", did you mean `{nearest}`?");
    }
    Some(problem(reason, String::new()))
}

fn variable_of(prefix: &str, upper: &str, key: &str) -> String {
    format!("{prefix}_{upper}_{}", key.to_ascii_uppercase())
}

/// The name of a task in a variable: in upper case, with `_` for each run of
/// what is neither a letter nor a digit.
fn upper_case(name: &str) -> String {
    let mut upper = String::new();
    for c in name.chars() {
        if c.is_alphanumeric() {
            upper.extend(c.to_uppercase());
        } else if !upper.ends_with('_') {
            upper.push('_');
        }
    }
    upper
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_that_is_overridden_may_have_panicked() {
        let set = |task: &mut Task, key: &str, value: &str| {
            let setting = Setting {
                key: key.to_owned(),
                value: Value::Text(value.to_owned()),
                by: "tasks.toml".to_owned(),
            };
            set(task, vec![setting]);
            (task.schedules.len(), task.say().panicked.len())
        };
        let mut task = Task::new("sync", || {});
        task.say().panicked.push("no luck".to_owned());
        assert_eq!(set(&mut task, "timeout", "5s"), (0, 1));
        assert_eq!(set(&mut task, "every", "30s"), (1, 0));
    }

    #[test]
    fn names_are_put_into_upper_case() {
        for (name, expected) in [
            ("sync", "SYNC"),
            ("sync the mirrors", "SYNC_THE_MIRRORS"),
            ("jobs::sync-2", "JOBS_SYNC_2"),
            ("a__b", "A_B"),
            ("(a)", "_A_"),
            ("straße", "STRASSE"),
        ] {
            assert_eq!(upper_case(name), expected);
        }
    }
}
