//! What a program's files and environment say about its tasks.

use std::{collections::BTreeMap, env, ffi::OsString, fs, io, path::PathBuf};

use crate::{
    error::Error,
    layers::{self, Layer, Raw},
    overridden::VARIABLE,
    override_keys::{self, Key},
    overrides::{Overrides, Read, problem},
};

/// Files and environment variables that override what tasks say of themselves.
///
/// It is given to [`TaskManagerBuilder::config`](crate::TaskManagerBuilder::config), and read when the manager is
/// made. What is called later wins over what was called before. Whatever is wrong in it is
/// reported by [`TaskManager::check`](crate::TaskManager::check) and [`TaskManager::run`](crate::TaskManager::run): with the same
/// messages as a mistake in the attribute, and with the file or the variable.
///
/// # In a file
///
/// A TOML file has a table for each task, with the keys of the attribute. All other tables
/// are the program's own.
///
/// ```toml
/// [tasks.sync]
/// every = "5m"                     # Instead of all schedules of the task.
/// retry = 3
///
/// [tasks."send the report"]
/// cron = ["0 9 * * mon-fri", "0 12 * * sat"]
/// timezone = "Europe/Berlin"
/// enabled = false                  # Starts disabled.
/// ```
///
/// `every`, `delay`, `cron` and `at` take a text or a list of them. If one or more of
/// them are given, they replace all schedules of the task, and those of earlier files.
/// A time zone, a window or a policy is overridden by itself. An option of the task's
/// own that has no effect beside an override is dropped.
///
/// What is a part of the program can't be overridden: `schedule`, `name`, `tags`,
/// `threaded`, `when` and the callbacks.
///
/// # In the environment
///
/// `TASK_SYNC_EVERY=5m` overrides `every` of the task `sync`: the prefix, the task's name in upper case
/// with one `_` for each run of what is neither a letter nor a digit, and the key. Lists are those of TOML:
/// `TASK_SYNC_EVERY='["30s", "day at 10:30"]'`.
///
/// A variable that ends in a key but names no task is an error, and so is one that
/// names a task but ends in no key. Any other variable is somebody else's.
///
/// # Tasks that are added later
///
/// They are overridden by [`TaskManager::add`](crate::TaskManager::add). A name that no
/// task has is an error of `check` and `run`, so add what is named before these are called.
///
/// # Example
///
/// ```
/// use task::{Config, Task, TaskManager};
///
/// let config = Config::new()
///     .text("[tasks.sync]\nevery = '5m'\npriority = 3")
///     .optional_file("/etc/app/tasks.toml")
///     .vars("TASK", [("TASK_SYNC_EVERY", "1h")]); // In a program: `.env()`.
/// let manager = TaskManager::builder().empty().config(config).build();
/// let sync = manager.add(Task::new("sync", || ()).every("30s"))?;
///
/// assert_eq!(sync.jobs()[0].schedule().to_string(), "every 1h");
/// assert_eq!(sync.detail()?.policies.priority, 3);
/// # Ok::<(), task::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a configuration does nothing until it is given to a manager's builder"]
pub struct Config {
    sources: Vec<Source>,
}

#[derive(Clone, Debug)]
enum Source {
    File {
        path: PathBuf,
        is_optional: bool,
    },
    Text(String),
    /// The variables of the process, or those that are given instead.
    Environment {
        prefix: String,
        variables: Option<Vec<(OsString, OsString)>>,
    },
}

impl Config {
    /// Makes a configuration that overrides nothing.
    pub fn new() -> Config {
        Config::default()
    }

    /// Adds a TOML file, which has to exist.
    pub fn file(self, path: impl Into<PathBuf>) -> Config {
        self.with(Source::File {
            path: path.into(),
            is_optional: false,
        })
    }

    /// Adds a TOML file, if it exists.
    pub fn optional_file(self, path: impl Into<PathBuf>) -> Config {
        self.with(Source::File {
            path: path.into(),
            is_optional: true,
        })
    }

    /// Adds what would stand in a TOML file: for a program that has read one, and for tests.
    pub fn text(self, toml: impl Into<String>) -> Config {
        self.with(Source::Text(toml.into()))
    }

    /// Adds the environment variables of the process that begin with `TASK_`.
    pub fn env(self) -> Config {
        self.env_prefix("TASK")
    }

    /// Adds the environment variables of the process that begin with this prefix and `_`.
    ///
    /// # Example
    ///
    /// ```
    /// use task::{Config, TaskManager};
    ///
    /// let config = Config::new().env_prefix("BACKUP_TASKS"); // `BACKUP_TASKS_SYNC_EVERY=5m`
    /// assert!(TaskManager::builder().config(config).build().check().is_ok());
    /// ```
    pub fn env_prefix(self, prefix: impl Into<String>) -> Config {
        self.with(Source::Environment {
            prefix: prefix.into(),
            variables: None,
        })
    }

    /// Adds these variables in place of those of the process: for tests.
    pub fn vars<N: Into<OsString>, V: Into<OsString>>(
        self,
        prefix: impl Into<String>,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Config {
        let variables = variables.into_iter();
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        self.with(Source::Environment {
            prefix: prefix.into(),
            variables: Some(variables.collect()),
        })
    }

    fn with(mut self, source: Source) -> Config {
        self.sources.push(source);
        self
    }

    /// Reads all of it, and keeps what is wrong in it for later.
    pub(crate) fn read(self) -> Overrides {
        let mut problems = Vec::new();
        let mut read = Vec::new();
        for source in self.sources {
            match source {
                Source::File { path, is_optional } => {
                    let by = path.display().to_string();
                    match fs::read_to_string(&path) {
                        Ok(text) => read.push(read_text(by, &text, &mut problems)),
                        Err(error) if is_optional && error.kind() == io::ErrorKind::NotFound => {}
                        Err(error) => problems.push(unreadable(&by, &error.to_string())),
                    }
                }
                Source::Text(text) => {
                    read.push(read_text("text".to_owned(), &text, &mut problems));
                }
                Source::Environment { prefix, variables } if !prefix.is_empty() => {
                    let variables = variables.unwrap_or_else(|| env::vars_os().collect());
                    read.push(read_variables(prefix, variables));
                }
                Source::Environment { .. } => problems.push(problem(
                    "the prefix of environment variables is empty: expected one such as `TASK`",
                    String::new(),
                )),
            }
        }
        Overrides::new(read, problems)
    }
}

fn unreadable(by: &str, reason: &str) -> Error {
    let reason = format!("cannot read the configuration: {}", reason.trim_end());
    problem(reason, format!("`{by}`"))
}

fn read_text(by: String, text: &str, problems: &mut Vec<Error>) -> Read {
    let mut tasks = BTreeMap::new();
    match layers::parse(text) {
        Ok(parsed) => {
            for (name, options) in parsed {
                let place = table_in(&name, &by);
                let Some(options) = options else {
                    let reason = format!("the entry of the task `{name}` is no table");
                    problems.push(problem(reason, place));
                    continue;
                };
                let mut layer = Layer::default();
                for (key, value) in options {
                    match key_of(&key, &value) {
                        Ok(key) => layer.set(key.name, key.is_schedule(), value, &by),
                        Err(reason) => problems.push(problem(reason, place.clone())),
                    }
                }
                tasks.insert(name, layer);
            }
        }
        Err(reason) => problems.push(unreadable(&by, &reason)),
    }
    Read::File { by, tasks }
}

fn key_of(name: &str, value: &Raw) -> Result<&'static Key, String> {
    let key = override_keys::find(name)?;
    if layers::is_table(value) {
        let usage = key.usage;
        return Err(format!("`{name}` is a table: expected `{usage}`"));
    }
    Ok(key)
}

/// Names the table of a task, as it has to be written.
pub(crate) fn table_in(task: &str, by: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !task.is_empty() && task.chars().all(is_bare) {
        format!("`[tasks.{task}]` in `{by}`")
    } else {
        format!("`[tasks.{task:?}]` in `{by}`")
    }
}

/// Sorts out the variables that end in a key; which tasks there are is not known yet.
fn read_variables(prefix: String, variables: Vec<(OsString, OsString)>) -> Read {
    let mut tasks: BTreeMap<String, Layer> = BTreeMap::new();
    let mut others = Vec::new();
    for (name, value) in variables {
        // One that is not Unicode doesn't name a task in its own upper case.
        let Some(name) = name.to_str() else { continue };
        let rest = name.strip_prefix(&prefix);
        let Some(rest) = rest.and_then(|rest| rest.strip_prefix('_')) else {
            continue;
        };
        match override_keys::split_variable(rest) {
            Some((task, key)) => {
                let by = format!("{VARIABLE}{name}");
                let value = layers::text(value.into_string().ok());
                let layer = tasks.entry(task.to_owned()).or_default();
                layer.set(key.name, key.is_schedule(), value, &by);
            }
            None => others.push(rest.to_owned()),
        }
    }
    Read::Variables {
        prefix,
        tasks,
        others,
    }
}
