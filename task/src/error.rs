//! The one error type of the crate.

use std::fmt;

use task_schedule::Error as ScheduleError;

/// Where a task was written down: a file and a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: &'static str,
    pub(crate) line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What went wrong in a call of this crate.
///
/// The type is opaque: ask it with its predicates, or show it to a person.
/// Every message names the value that it is about and reads well after
/// `failed: `.
///
/// # Example
///
/// ```
/// use task::{Task, TaskManager};
///
/// let manager = TaskManager::builder().empty().build();
/// let error = manager.add(Task::new("beat", || ()).every("1h30")).unwrap_err();
///
/// assert!(error.is_invalid_schedule());
/// assert!(error.to_string().contains("`30` has no unit"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    kind: Box<ErrorKind>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    UnknownTask {
        name: String,
        nearest: Option<String>,
    },
    NotATask {
        function: &'static str,
    },
    AmbiguousFunction {
        function: &'static str,
        names: Vec<String>,
    },
    DuplicateName {
        name: String,
        first: Place,
        second: Place,
    },
    InvalidName {
        name: String,
        place: Place,
    },
    NoSchedule {
        name: String,
        place: Place,
    },
    Schedule {
        name: String,
        place: Place,
        error: ScheduleError,
    },
    /// Without the place of the task: the mistake is where it was rescheduled.
    Reschedule {
        name: String,
        reason: String,
    },
    Option {
        name: String,
        place: Place,
        reason: String,
    },
    Setting {
        reason: String,
    },
    /// A problem that a configuration has brought about.
    Configured {
        error: Error,
        /// What of it, and where that was written.
        place: String,
    },
    /// A task takes a state that the builder was not given.
    MissingState {
        name: String,
        place: Place,
        state: &'static str,
    },
    /// A body asked its context for such a state.
    NoState {
        name: String,
        state: &'static str,
    },
    AlreadyRunning {
        name: String,
    },
    Removed {
        name: String,
    },
    NotStarted {
        name: String,
    },
    Closed,
    GlobalExists,
    Thread {
        role: &'static str,
        reason: String,
    },
    Several(Vec<Error>),
}

impl Error {
    /// Joins what a check found; `None` when it found nothing.
    pub(crate) fn all(mut errors: Vec<Error>) -> Option<Error> {
        match errors.len() {
            0 | 1 => errors.pop(),
            _ => Some(ErrorKind::Several(errors).into()),
        }
    }

    /// Says by what of a configuration it comes, if it does.
    pub(crate) fn set_by(self, place: String) -> Error {
        if place.is_empty() {
            return self;
        }
        ErrorKind::Configured { error: self, place }.into()
    }

    fn any(&self, is: fn(&ErrorKind) -> bool) -> bool {
        match &*self.kind {
            ErrorKind::Several(errors) => errors.iter().any(|error| error.any(is)),
            ErrorKind::Configured { error, .. } => is(&self.kind) || error.any(is),
            kind => is(kind),
        }
    }

    /// Returns true if no task has the name or the function that was asked for.
    #[must_use]
    pub fn is_unknown_task(&self) -> bool {
        self.any(|kind| {
            matches!(
                kind,
                ErrorKind::UnknownTask { .. }
                    | ErrorKind::NotATask { .. }
                    | ErrorKind::Removed { .. }
            )
        })
    }

    /// Returns true if two tasks have one name.
    #[must_use]
    pub fn is_duplicate_name(&self) -> bool {
        self.any(|kind| matches!(kind, ErrorKind::DuplicateName { .. }))
    }

    /// Returns true if a schedule could not be read, was missing, or can't fire any more.
    #[must_use]
    pub fn is_invalid_schedule(&self) -> bool {
        self.any(|kind| {
            matches!(
                kind,
                ErrorKind::Schedule { .. }
                    | ErrorKind::Reschedule { .. }
                    | ErrorKind::NoSchedule { .. }
            )
        })
    }

    /// Returns true if it comes of a configuration: a file that could not be read, a
    /// task or an option that doesn't exist, or a value that can't be meant.
    #[must_use]
    pub fn is_invalid_config(&self) -> bool {
        self.any(|kind| matches!(kind, ErrorKind::Configured { .. }))
    }

    /// Returns true if a task needs a state that its manager was not given.
    #[must_use]
    pub fn is_missing_state(&self) -> bool {
        self.any(|kind| {
            matches!(
                kind,
                ErrorKind::MissingState { .. } | ErrorKind::NoState { .. }
            )
        })
    }

    /// Returns true if a run was asked for while the task was running.
    #[must_use]
    pub fn is_already_running(&self) -> bool {
        self.any(|kind| matches!(kind, ErrorKind::AlreadyRunning { .. }))
    }

    /// Returns true if a run was given up before it began, since the manager was
    /// stopped, the task removed, or a newer run took its place; or if the manager
    /// is gone.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.any(|kind| matches!(kind, ErrorKind::NotStarted { .. } | ErrorKind::Closed))
    }

    /// Returns true if the operating system gave no thread.
    #[must_use]
    pub fn is_thread(&self) -> bool {
        self.any(|kind| matches!(kind, ErrorKind::Thread { .. }))
    }

    /// Returns each problem on its own, for errors of a check that found several.
    ///
    /// # Example
    ///
    /// ```
    /// use task::{Task, TaskManager};
    ///
    /// let manager = TaskManager::builder().empty().build();
    /// let task = Task::new("", || ()).every("0s");
    /// assert_eq!(manager.add(task).unwrap_err().problems().len(), 2);
    /// ```
    #[must_use]
    pub fn problems(&self) -> Vec<&Error> {
        match &*self.kind {
            ErrorKind::Several(errors) => {
                let mut problems = Vec::new();
                for error in errors {
                    problems.append(&mut error.problems());
                }
                problems
            }
            _ => vec![self],
        }
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Error {
        Error {
            kind: Box::new(kind),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.kind {
            ErrorKind::UnknownTask {
                name,
                nearest: None,
            } => write!(f, "no task is named `{name}`"),
            ErrorKind::UnknownTask {
                name,
                nearest: Some(nearest),
            } => {
                write!(f, "no task is named `{name}`, did you mean `{nearest}`?")
            }
            ErrorKind::NotATask { function } => write!(
                f,
                "`{function}` is the function of no task of this manager: annotate it with `#[task(...)]`, or add it with `Task::new`"
            ),
            ErrorKind::AmbiguousFunction { function, names } => write!(
                f,
                "`{function}` is the function of several tasks ({}): ask for one by its name",
                names.join(", ")
            ),
            ErrorKind::DuplicateName {
                name,
                first,
                second,
            } => write!(
                f,
                "two tasks are named `{name}`, at {first} and at {second}: give one of them another `name`"
            ),
            ErrorKind::InvalidName { name, place } => write!(
                f,
                "the task at {place} is named {name:?}: expected a name that is not empty, without control characters and without blanks at its ends"
            ),
            ErrorKind::NoSchedule { name, place } => write!(
                f,
                "the task `{name}` at {place} has no schedule: say when with `every`, `delay`, `at` or `schedule`"
            ),
            ErrorKind::Reschedule { name, reason } => {
                write!(f, "the task `{name}` can't be rescheduled: {reason}")
            }
            ErrorKind::Schedule { name, place, error } => {
                write!(f, "the task `{name}` at {place}: {error}")
            }
            ErrorKind::Option {
                name,
                place,
                reason,
            } => {
                write!(f, "the task `{name}` at {place}: {reason}")
            }
            ErrorKind::Setting { reason } => f.write_str(reason),
            ErrorKind::Configured { error, place } => {
                let message = error.to_string();
                // What follows the first line marks a place in a text.
                let (line, marks) = message.split_at(message.find('\n').unwrap_or(message.len()));
                match &**place {
                    // The message says it.
                    "" => f.write_str(&message),
                    place => write!(f, "{line} ({place}){marks}"),
                }
            }
            ErrorKind::MissingState { name, place, state } => write!(
                f,
                "the task `{name}` at {place} takes a `State<{state}>`, and there is none: give it with `TaskManager::builder().state(...)`"
            ),
            ErrorKind::NoState { name, state } => write!(
                f,
                "the task `{name}` asks for a state of the type `{state}`, and there is none: give it with `TaskManager::builder().state(...)`"
            ),
            ErrorKind::AlreadyRunning { name } => write!(f, "the task `{name}` is already running"),
            ErrorKind::Removed { name } => {
                write!(f, "the task `{name}` was removed from its manager")
            }
            ErrorKind::NotStarted { name } => write!(
                f,
                "the run of the task `{name}` was not started: its manager was stopped, the task was removed, or a newer run took its place"
            ),
            ErrorKind::Closed => f.write_str("the last handle of the task manager was dropped"),
            ErrorKind::GlobalExists => f.write_str(
                "the global task manager was made before: build it before the first call of a helper",
            ),
            ErrorKind::Thread { role, reason } => {
                write!(f, "could not start the {role} thread: {reason}")
            }
            ErrorKind::Several(errors) => {
                write!(f, "{} problems:", errors.len())?;
                for error in errors {
                    write!(f, "\n- {error}")?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What `fn main() -> Result<(), task::Error>` shows to a person.
        write!(f, "{self}")
    }
}

impl std::error::Error for Error {}
