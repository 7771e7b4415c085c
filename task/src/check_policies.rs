//! What is checked of a task's run policies.

use std::{
    num::{NonZeroU64, NonZeroUsize},
    sync::Arc,
};

use crate::{policies::Policies, policy::Overlap, problems::Problems, task::Said};

impl Said {
    /// Checks the policies, and returns them as far as they can be meant.
    pub(crate) fn check_policies(&mut self, is_async: bool, problems: &mut Problems) -> Policies {
        if is_async && self.threaded {
            problems.value(
                "threaded",
                "`threaded` has no effect: an async task never runs on the scheduler's thread",
            );
        }
        let overlap = problems.take_word("overlap", self.overlap.take());
        if overlap.is_some() && !is_async && !self.threaded {
            problems.value(
                "overlap",
                "`overlap` has no effect: the task runs on the scheduler's thread, one run after the other; add `threaded`",
            );
        }
        if let Some(overlap @ (Overlap::Allow | Overlap::AtMost(_))) = overlap {
            if !self.exclusive.is_empty() {
                problems.together(format!(
                    "`overlap` being `{overlap}` has no effect: tasks of an exclusive group never run at the same time"
                ));
            }
        }
        let backoff = problems.take("backoff", self.backoff.take());
        if let Some(backoff) = backoff {
            if self.retry == 0 {
                problems.no_effect("backoff", "`backoff` has no effect: it goes with `retry`");
            }
            if let Some(reason) = backoff.problem() {
                problems.value("backoff", reason);
            }
        }
        let disable_after = self.disable_after.and_then(|failures| {
            let failures = NonZeroU64::new(failures);
            if failures.is_none() {
                problems.value("disable_after", "`disable_after` is 0: expected at least 1; use `disabled` for a task that starts disabled");
            }
            failures
        });
        let history = self.history.and_then(|runs| {
            let runs = NonZeroUsize::new(runs);
            if runs.is_none() {
                problems.value(
                    "history",
                    "`history` is 0: expected at least 1, since the last run is always kept",
                );
            }
            runs
        });
        let is_blank = |group: &String| group.is_empty() || group.trim() != group;
        if self.exclusive.iter().any(is_blank) {
            problems.value(
                "exclusive",
                "the name of an exclusive group is empty, or has blanks at its ends",
            );
        }
        self.exclusive.sort_unstable();
        self.exclusive.dedup();
        let mut exclusive: Vec<Arc<str>> = Vec::new();
        for group in &self.exclusive {
            exclusive.push(group.as_str().into());
        }
        Policies {
            overlap: overlap.unwrap_or_default(),
            retry: self.retry,
            backoff: backoff.unwrap_or_default(),
            timeout: problems.take("timeout", self.timeout.take()),
            when: self.when.take(),
            disable_after,
            exclusive: exclusive.into(),
            priority: self.priority,
            history,
            on_skipped: self.on_skipped.take(),
        }
    }
}
