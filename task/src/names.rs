//! Which task has a name: a table of hashes, so that growing it looks at no task.

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher,
};

use crate::{request::NumberHasher, tasks::TaskId};

#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Random, so that nobody can choose names that make it slow.
    hasher: RandomState,
    ids: HashMap<u64, TaskId, NumberHasher>,
    /// The tasks whose names have the hash of another one: hardly ever is there one.
    same: Vec<(u64, TaskId)>,
}

impl Names {
    pub(crate) fn hash(&self, name: &[u8]) -> u64 {
        self.hasher.hash_one(name)
    }

    /// Returns the tasks whose names may have this hash.
    pub(crate) fn get(&self, hash: u64) -> impl Iterator<Item = TaskId> {
        let others = self.same.iter().filter(move |(other, _)| *other == hash);
        let first = self.ids.get(&hash).copied();
        first.into_iter().chain(others.map(|(_, id)| *id))
    }

    pub(crate) fn insert(&mut self, hash: u64, id: TaskId) {
        if let Some(before) = self.ids.insert(hash, id) {
            self.same.push((hash, before));
        }
    }

    pub(crate) fn remove(&mut self, hash: u64, id: TaskId) {
        if self.ids.get(&hash) != Some(&id) {
            self.same.retain(|(_, other)| *other != id);
            return;
        }
        match self.same.iter().position(|(other, _)| *other == hash) {
            Some(place) => {
                let (_, other) = self.same.swap_remove(place);
                self.ids.insert(hash, other);
            }
            None => {
                self.ids.remove(&hash);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slab::Slab;

    #[test]
    fn tasks_with_the_same_hash_are_all_found() {
        let mut slab = Slab::default();
        let [a, b, c] = [(); 3].map(|()| TaskId::of(slab.insert(())));
        let mut names = Names::default();
        let found = |names: &Names, hash| {
            let mut all: Vec<_> = names.get(hash).collect();
            all.sort_unstable();
            all
        };
        for id in [a, b, c] {
            names.insert(7, id);
        }
        assert_eq!(found(&names, 7), [a, b, c]);
        assert!(found(&names, 8).is_empty());
        names.remove(7, c);
        assert_eq!(found(&names, 7), [a, b]);
        names.remove(7, a);
        assert_eq!(found(&names, 7), [b]);
        names.remove(7, b);
        assert!(found(&names, 7).is_empty());
    }
}
