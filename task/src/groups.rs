//! Mutual exclusion: of the runs of one group, one at a time.

use std::sync::Arc;

/// The groups that are held, and the runs that wait for theirs.
///
/// Who waits is served by priority and then in the order of asking, and nobody
/// is overtaken by one that needs a group which he waits for: so no run that
/// needs several groups waits for ever.
#[derive(Debug)]
pub(crate) struct Groups<T> {
    /// In order.
    held: Vec<Arc<str>>,
    waiting: Vec<Waiting<T>>,
}

#[derive(Debug)]
struct Waiting<T> {
    names: Arc<[Arc<str>]>,
    priority: i32,
    run: T,
}

impl<T> Default for Groups<T> {
    fn default() -> Groups<T> {
        Groups {
            held: Vec::new(),
            waiting: Vec::new(),
        }
    }
}

impl<T> Groups<T> {
    /// Gives a run back that now holds all of its groups, or has it wait for them.
    pub(crate) fn ask(&mut self, names: &Arc<[Arc<str>]>, priority: i32, run: T) -> Option<T> {
        if names.is_empty() {
            return Some(run);
        }
        // Behind all that are not less important.
        let place = self
            .waiting
            .iter()
            .rposition(|other| other.priority >= priority)
            .map_or(0, |last| last + 1);
        let names = names.clone();
        let waiting = Waiting {
            names,
            priority,
            run,
        };
        self.waiting.insert(place, waiting);
        self.take_free(place)
    }

    /// Gives groups free.
    pub(crate) fn release(&mut self, names: &[Arc<str>]) {
        for name in names {
            if let Ok(place) = self.held.binary_search(name) {
                self.held.remove(place);
            }
        }
    }

    /// Returns the first run that waits for nothing any more. It holds its groups from now on.
    pub(crate) fn next(&mut self) -> Option<T> {
        (0..self.waiting.len()).find_map(|place| self.take_free(place))
    }

    fn take_free(&mut self, place: usize) -> Option<T> {
        let names = self.waiting.get(place)?.names.clone();
        let ahead = self.waiting.iter().take(place);
        let is_busy = |name: &Arc<str>| {
            self.held.binary_search(name).is_ok()
                || ahead.clone().any(|other| other.names.contains(name))
        };
        if names.iter().any(is_busy) {
            return None;
        }
        for name in &*names {
            if let Err(place) = self.held.binary_search(name) {
                self.held.insert(place, name.clone());
            }
        }
        Some(self.waiting.remove(place).run)
    }

    /// Takes out the runs that shall wait no more.
    pub(crate) fn withdraw(&mut self, is_chosen: impl Fn(&T) -> bool) -> Vec<T> {
        let mut out = Vec::new();
        for waiting in std::mem::take(&mut self.waiting) {
            if is_chosen(&waiting.run) {
                out.push(waiting.run);
            } else {
                self.waiting.push(waiting);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Arc<[Arc<str>]> {
        names.iter().map(|&name| name.into()).collect()
    }

    #[test]
    fn a_group_has_one_holder_and_the_others_follow_in_order() {
        let mut groups = Groups::default();
        let db = names(&["db"]);
        assert_eq!(groups.ask(&db, 0, 1), Some(1));
        assert_eq!(groups.ask(&db, 0, 2), None);
        assert_eq!(groups.ask(&db, 0, 3), None);
        assert_eq!(groups.ask(&db, 1, 4), None);
        assert_eq!(groups.ask(&names(&["net"]), 0, 5), Some(5));
        assert_eq!(groups.next(), None);
        // The more important one first, then the older one.
        for expected in [4, 2, 3] {
            groups.release(&db);
            assert_eq!(groups.next(), Some(expected));
            assert_eq!(groups.next(), None);
        }
    }

    #[test]
    fn who_needs_two_groups_is_not_overtaken() {
        let mut groups = Groups::default();
        let (db, net, both) = (names(&["db"]), names(&["net"]), names(&["db", "net"]));
        assert_eq!(groups.ask(&db, 0, 1), Some(1));
        assert_eq!(groups.ask(&both, 0, 2), None);
        // `net` is free, but the one before waits for it too.
        assert_eq!(groups.ask(&net, 0, 3), None);
        groups.release(&db);
        assert_eq!(groups.next(), Some(2));
        assert_eq!(groups.next(), None);
        groups.release(&both);
        assert_eq!(groups.next(), Some(3));
    }

    #[test]
    fn who_is_withdrawn_stands_in_nobodys_way() {
        let mut groups = Groups::default();
        let (db, net, both) = (names(&["db"]), names(&["net"]), names(&["db", "net"]));
        assert_eq!(groups.ask(&db, 0, 1), Some(1));
        assert_eq!(groups.ask(&both, 0, 2), None);
        assert_eq!(groups.ask(&net, 0, 3), None);
        assert_eq!(groups.withdraw(|run| *run == 2), [2]);
        assert_eq!(groups.next(), Some(3));
    }

    #[test]
    fn a_run_without_groups_waits_for_nobody() {
        let mut groups = Groups::default();
        assert_eq!(groups.ask(&names(&["db"]), 0, 1), Some(1));
        assert_eq!(groups.ask(&names(&[]), 0, 2), Some(2));
    }
}
