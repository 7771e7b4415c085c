//! What a configuration has set on a task, and where it was written.

/// One option of a task that a configuration has set: see `Config`, with the feature `config`.
///
/// If several files and variables set it, it is the one that counts.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "config")]
/// # fn main() -> Result<(), task::Error> {
/// use task::{Config, Task, TaskManager};
///
/// let config = Config::new().text("[tasks.sync]\nevery = '5m'").vars("TASK", [("TASK_SYNC_EVERY", "1h")]);
/// let manager = TaskManager::builder().empty().config(config).build();
/// let sync = manager.add(Task::new("sync", || ()).every("30s"))?;
///
/// let overridden = &sync.detail()?.overridden[0];
/// assert_eq!((&*overridden.key, &*overridden.value), ("every", "1h"));
/// assert_eq!(overridden.by, "environment variable TASK_SYNC_EVERY");
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "config"))]
/// # fn main() {}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Overridden {
    /// The name of the option in the attribute, or `enabled`.
    pub key: String,
    /// The value, as it was written.
    pub value: String,
    /// What has set it: the path of a file as it was given to the program, `text`
    /// for a text that was, or `environment variable TASK_SYNC_EVERY`.
    pub by: String,
}

/// What `by` begins with if it is a variable.
pub(crate) const VARIABLE: &str = "environment variable ";

impl Overridden {
    /// Says where the option was written, for the end of a message.
    pub(crate) fn place(&self) -> String {
        match self.by.strip_prefix(VARIABLE) {
            Some(name) => format!("the {VARIABLE}`{name}`"),
            None => format!("`{}` in `{}`", self.key, self.by),
        }
    }

    /// Says it for several options.
    pub(crate) fn places(all: &[Overridden]) -> String {
        let mut places = Vec::new();
        for overridden in all {
            places.push(overridden.place());
        }
        places.join(", ")
    }
}
