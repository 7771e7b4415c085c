//! The jobs that wait, ordered by when they are due.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::job::JobId;

/// A set of (due, job), earliest first.
///
/// Entries are removed at once, by key: nothing stays behind until it would
/// have been due. Each operation is logarithmic in the number of entries.
#[derive(Debug, Default)]
pub(crate) struct DueQueue {
    entries: BTreeSet<(DateTime<Utc>, JobId)>,
}

impl DueQueue {
    /// Adds a job and returns true if it is the new head.
    pub(crate) fn insert(&mut self, due: DateTime<Utc>, id: JobId) -> bool {
        self.entries.insert((due, id));
        self.entries.first() == Some(&(due, id))
    }

    pub(crate) fn remove(&mut self, due: DateTime<Utc>, id: JobId) {
        self.entries.remove(&(due, id));
    }

    /// Returns when the earliest job is due.
    pub(crate) fn head(&self) -> Option<DateTime<Utc>> {
        self.entries.first().map(|&(due, _)| due)
    }

    /// Returns the jobs that are due at `now`, in no order that matters.
    pub(crate) fn due(&self, now: DateTime<Utc>) -> impl Iterator<Item = JobId> {
        self.entries
            .iter()
            .take_while(move |&&(due, _)| due <= now)
            .map(|&(_, id)| id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn the_head_is_the_earliest_and_only_it_is_reported_as_new_head() {
        let mut queue = DueQueue::default();
        assert_eq!(queue.head(), None);
        assert!(queue.insert(at(20), JobId(1)));
        assert!(!queue.insert(at(30), JobId(2)));
        assert!(queue.insert(at(10), JobId(3)));
        assert_eq!(queue.head(), Some(at(10)));
        assert_eq!(queue.due(at(20)).collect::<Vec<_>>(), [JobId(3), JobId(1)]);
        assert_eq!(queue.due(at(9)).count(), 0);
    }

    #[test]
    fn a_removed_entry_is_gone_at_once() {
        let mut queue = DueQueue::default();
        queue.insert(at(10), JobId(1));
        queue.insert(at(10), JobId(2));
        queue.remove(at(10), JobId(1));
        assert_eq!(queue.due(at(10)).collect::<Vec<_>>(), [JobId(2)]);
        // What is not there is no error: a job that is running is in no queue.
        queue.remove(at(10), JobId(1));
        queue.remove(at(10), JobId(2));
        assert_eq!(queue.head(), None);
    }
}
