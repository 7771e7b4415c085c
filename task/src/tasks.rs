//! All tasks of a manager: found by key at each fire, and by name when a person asks.

use std::sync::Arc;

use crate::{
    definition::Definition,
    guard::TaskCell,
    names::Names,
    order::in_order,
    record::Record,
    slab::{Key, Slab, Values},
};

/// Names a task within one scheduler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TaskId(Key);

impl TaskId {
    #[cfg(test)]
    pub(crate) fn of(key: Key) -> TaskId {
        TaskId(key)
    }

    /// The place among all tasks, which is another one's after the task was removed.
    pub(crate) fn place(self) -> u32 {
        self.0.place()
    }
}

#[derive(Debug, Default)]
pub(crate) struct Tasks {
    records: Slab<Record>,
    names: Names,
}

impl Tasks {
    /// Adds a task, or gives it back if its name is taken.
    pub(crate) fn insert(
        &mut self,
        task: Definition,
        parked: bool,
    ) -> Result<Arc<TaskCell>, Definition> {
        let name = task.name.as_bytes();
        let hash = self.names.hash(name);
        if self.with_hash(hash, name).is_some() {
            return Err(task);
        }
        let id = TaskId(self.records.next_key());
        let cell = Arc::new(TaskCell::new(id, task));
        self.names.insert(hash, id);
        self.records.insert(Record::new(cell.clone(), parked));
        Ok(cell)
    }

    pub(crate) fn remove(&mut self, id: TaskId) -> Option<Record> {
        let record = self.records.remove(id.0)?;
        let hash = self.names.hash(record.name().as_bytes());
        self.names.remove(hash, id);
        Some(record)
    }

    fn with_hash(&self, hash: u64, name: &[u8]) -> Option<&Record> {
        let records = self.names.get(hash).filter_map(|id| self.get(id));
        let mut named = records.filter(|record| record.name().as_bytes() == name);
        named.next()
    }

    pub(crate) fn get(&self, id: TaskId) -> Option<&Record> {
        self.records.get(id.0)
    }

    pub(crate) fn get_mut(&mut self, id: TaskId) -> Option<&mut Record> {
        self.records.get_mut(id.0)
    }

    /// Returns the task that is in a place now.
    pub(crate) fn at(&self, place: u32) -> Option<&Record> {
        Some(self.records.at(place)?.1)
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Record> {
        let name = name.as_bytes();
        self.with_hash(self.names.hash(name), name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.records.iter().map(|(_, record)| &**record.name())
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// Returns all tasks, in no order that matters.
    pub(crate) fn iter(&self) -> Values<'_, Record> {
        self.records.values()
    }

    /// Returns all tasks in the order of their names.
    pub(crate) fn sorted(&self) -> Vec<&Record> {
        let mut all = Vec::with_capacity(self.len());
        for record in self.iter() {
            all.push(record);
        }
        in_order(&all, |a, b| a.name().cmp(b.name()))
    }

    pub(crate) fn ids(&self) -> Vec<TaskId> {
        let mut ids = Vec::with_capacity(self.len());
        for (key, _) in self.records.iter() {
            ids.push(TaskId(key));
        }
        ids
    }

    pub(crate) fn into_values(self) -> impl Iterator<Item = Record> {
        self.records.into_values()
    }
}

impl TaskCell {
    /// Returns true if this is the task of the record: it has not been removed.
    pub(crate) fn is_of(self: &Arc<Self>, record: &Record) -> bool {
        Arc::ptr_eq(self, &record.cell)
    }
}
