//! What a task is: its name, its body, and what it says of itself.

use std::{any::TypeId, fmt, ops::Deref, sync::Arc};

use parking_lot::Mutex;

use crate::{
    body::{Call, CallKind},
    defaults::Defaults,
    error::Place,
    event::Event,
    job::{JobOptions, fnv},
    name::Name,
    overridden::Overridden,
    policies::Policies,
    policy::Overlap,
    run::Run,
};

pub(crate) type Hook = Arc<dyn Fn(&Run) + Send + Sync>;
pub(crate) type Observer = Arc<dyn Fn(&Event) + Send + Sync>;

/// Where a task came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Origin {
    /// The attribute `#[task(...)]`.
    Attribute,
    /// [`Task::new`](crate::Task::new), at run time.
    Code,
}

/// A task as it was written down, checked, before any manager has it.
pub(crate) struct Definition {
    pub(crate) name: Name,
    pub(crate) body: Call,
    /// What it says of itself, which it shares with others that say the same.
    pub(crate) setup: Arc<Setup>,
}

/// What a task says of itself, apart from its name and its body.
pub(crate) struct Setup {
    pub(crate) written: Written,
    pub(crate) kind: CallKind,
    pub(crate) description: String,
    pub(crate) tags: Vec<String>,
    pub(crate) threaded: bool,
    pub(crate) disabled: bool,
    /// For schedules that come later.
    pub(crate) defaults: Defaults,
    pub(crate) options: Arc<JobOptions>,
    pub(crate) policies: Policies,
    pub(crate) on_success: Option<Hook>,
    pub(crate) on_failed: Option<Hook>,
    pub(crate) on_complete: Option<Hook>,
    /// What a configuration has set on it.
    pub(crate) overridden: Vec<Overridden>,
}

/// Where a task was written, and which function it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) module: &'static str,
    pub(crate) place: Place,
    pub(crate) identity: TypeId,
    pub(crate) origin: Origin,
}

impl Definition {
    /// Returns what random draws of the task start from.
    pub(crate) fn seed(&self) -> u64 {
        fnv(self.name.as_bytes())
    }
}

impl Deref for Definition {
    type Target = Setup;

    fn deref(&self) -> &Setup {
        &self.setup
    }
}

impl Setup {
    /// Returns that of a task that says nothing.
    pub(crate) fn bare(written: Written, kind: CallKind) -> Setup {
        Setup {
            written,
            kind,
            description: String::new(),
            tags: Vec::new(),
            threaded: false,
            disabled: false,
            defaults: Defaults::default(),
            options: JobOptions::shared(JobOptions::default()),
            policies: Policies::default(),
            on_success: None,
            on_failed: None,
            on_complete: None,
            overridden: Vec::new(),
        }
    }

    /// The same, for many that are made in one place, in a loop: these share it.
    pub(crate) fn shared(written: Written, kind: CallKind) -> Arc<Setup> {
        static LAST: Mutex<Option<Arc<Setup>>> = Mutex::new(None);
        let mut last = LAST.lock();
        match &*last {
            Some(last) if (last.written, last.kind) == (written, kind) => last.clone(),
            _ => {
                let setup = Arc::new(Setup::bare(written, kind));
                *last = Some(setup.clone());
                setup
            }
        }
    }

    /// Returns true if the body, or the condition, may ask for a context.
    pub(crate) fn takes_context(&self) -> bool {
        self.kind != CallKind::Plain || self.policies.when.is_some()
    }

    pub(crate) fn is_async(&self) -> bool {
        self.kind == CallKind::Async
    }

    /// Returns true if a run is nothing but a call, on the thread that starts it or on
    /// a worker.
    pub(crate) fn is_plain(&self) -> bool {
        self.kind == CallKind::Plain
            && self.policies.overlap == Overlap::Skip
            && self.on_success.is_none()
            && self.on_complete.is_none()
            && self.policies.when.is_none()
            && self.policies.timeout.is_none()
            && self.policies.exclusive.is_empty()
    }
}

impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Definition")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Returns true if a path of modules is `module`, or is below it. The empty path is
/// the whole program.
pub(crate) fn is_in(path: &str, module: &str) -> bool {
    module.is_empty()
        || path
            .strip_prefix(module)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::is_in;

    #[test]
    fn a_module_holds_itself_and_what_is_below_it() {
        assert!(is_in("app::jobs", ""));
        assert!(is_in("app::jobs", "app"));
        assert!(is_in("app::jobs", "app::jobs"));
        assert!(is_in("app::jobs::night", "app::jobs"));
        assert!(!is_in("app::jobs_of_mine", "app::jobs"));
        assert!(!is_in("app", "app::jobs"));
    }
}
