//! How many tasks each crate of the program gave.

use std::fmt;

use crate::state::State;

/// How many tasks each crate gave, by their names.
pub(crate) struct OfCrates<'a>(pub(crate) Vec<(&'a str, usize)>);

impl fmt::Debug for OfCrates<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (name, tasks) in &self.0 {
            map.entry(name, tasks);
        }
        map.finish()
    }
}

impl State {
    /// Returns how many tasks each crate gave.
    pub(crate) fn tasks_of_crates(&self) -> OfCrates<'_> {
        let mut crates: Vec<(&str, usize)> = Vec::new();
        for record in self.tasks.iter() {
            let module = record.cell.definition.written.module;
            let name = module.split_once("::").map_or(module, |(name, _)| name);
            let name = if name.is_empty() {
                "added at run time"
            } else {
                name
            };
            match crates.binary_search_by(|(other, _)| (*other).cmp(name)) {
                Ok(place) => crates[place].1 += 1,
                Err(place) => crates.insert(place, (name, 1)),
            }
        }
        OfCrates(crates)
    }
}
