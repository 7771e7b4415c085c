//! The jobs that wait, or the timers of runs, ordered by when they are due.

use crate::tick::Tick;

/// How many children an entry has: four of them share a line of the cache.
const ARITY: usize = 4;

/// Where a job is that is not there.
const NOWHERE: u32 = u32::MAX;

/// A heap of (due, job), earliest first, that knows where each job is.
///
/// A job is named by its place in the list of all jobs, and a timer in that of all timers. It is moved and removed at
/// once: nothing stays behind until it would have been due. Each operation is
/// logarithmic in the number of entries, and looking at the head is free.
#[derive(Debug, Default)]
pub(crate) struct DueQueue {
    heap: Vec<Entry>,
    /// Where each job is in the heap.
    places: Vec<u32>,
}

/// The parts of a tick, so that the job takes no room of its own.
#[derive(Clone, Copy, Debug)]
struct Entry {
    upper: u64,
    lower: u32,
    job: u32,
}

impl Entry {
    fn due(&self) -> Tick {
        Tick::of_parts(self.upper, self.lower)
    }
}

impl DueQueue {
    /// Adds a job, or moves it. Returns true if it is now the head, and was not or is
    /// due earlier than before.
    pub(crate) fn set(&mut self, job: u32, due: Tick) -> bool {
        let index = job as usize;
        if index >= self.places.len() {
            self.places.resize(index + 1, NOWHERE);
        }
        let (upper, lower) = due.parts();
        let entry = Entry { upper, lower, job };
        let place = self.places[index]; // There is one now.
        if place == NOWHERE {
            self.heap.push(entry);
            return self.up(self.heap.len() - 1, entry) == 0;
        }
        let place = place as usize;
        // What `places` names is in the heap.
        if due < self.heap[place].due() {
            self.up(place, entry) == 0
        } else {
            self.down(place, entry);
            false
        }
    }

    /// Takes a job out. One that is not there is no error: a job whose fire is
    /// under way is in no queue.
    pub(crate) fn remove(&mut self, job: u32) {
        let Some(place) = self.places.get_mut(job as usize) else {
            return;
        };
        let place = std::mem::replace(place, NOWHERE);
        if place == NOWHERE {
            return;
        }
        let place = place as usize;
        let Some(last) = self.heap.pop() else { return };
        if place == self.heap.len() {
            return;
        }
        // What `places` names is in the heap, and it was not the last one.
        if last.due() < self.heap[place].due() {
            self.up(place, last);
        } else {
            self.down(place, last);
        }
    }

    /// Returns when the earliest job is due.
    pub(crate) fn head(&self) -> Option<Tick> {
        self.heap.first().map(Entry::due)
    }

    /// Gives the jobs that are due at `now` to `take`, in no order that matters. The
    /// others are not looked at, but for the children of those.
    pub(crate) fn due(&self, now: Tick, mut take: impl FnMut(u32)) {
        // The path from the head, as places that are still to be looked at.
        let mut place = 0;
        loop {
            let is_due = self.heap.get(place).is_some_and(|entry| entry.due() <= now);
            if is_due {
                take(self.heap[place].job); // It was just looked at.
                place = place * ARITY + 1;
                continue;
            }
            // The next one beside it, or beside its parent, or beside that one's parent.
            while place > 0 && place % ARITY == 0 {
                place = (place - 1) / ARITY;
            }
            if place == 0 {
                return;
            }
            place += 1;
        }
    }

    /// Moves an entry towards the head, as far as it goes. Returns where it is then.
    fn up(&mut self, mut place: usize, entry: Entry) -> usize {
        while place > 0 {
            let parent = (place - 1) / ARITY;
            if self.heap[parent].due() <= entry.due() {
                break;
            }
            self.put(place, self.heap[parent]);
            place = parent;
        }
        self.put(place, entry);
        place
    }

    /// Moves an entry away from the head, as far as it goes.
    fn down(&mut self, mut place: usize, entry: Entry) {
        loop {
            let first = place * ARITY + 1;
            let children = self.heap.get(first..).unwrap_or_default();
            let children = children.iter().take(ARITY).enumerate();
            let least = children.min_by_key(|(_, child)| child.due());
            match least {
                Some((index, &child)) if child.due() < entry.due() => {
                    self.put(place, child);
                    place = first + index;
                }
                _ => break,
            }
        }
        self.put(place, entry);
    }

    fn put(&mut self, place: usize, entry: Entry) {
        self.heap[place] = entry; // The callers stay within the heap.
        // A heap of more than 2^32 entries has more jobs than a list has.
        self.places[entry.job as usize] = place as u32;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn at(second: i64) -> Tick {
        Tick::from_nanos(second * 1_000_000_000)
    }

    fn due(queue: &DueQueue, second: i64) -> Vec<u32> {
        let mut all = Vec::new();
        queue.due(at(second), |job| all.push(job));
        all.sort_unstable();
        all
    }

    #[test]
    fn an_entry_takes_little_room() {
        assert_eq!(size_of::<Entry>(), 16);
    }

    #[test]
    fn the_head_is_the_earliest_and_only_it_is_reported_as_new_head() {
        let mut queue = DueQueue::default();
        assert_eq!(queue.head(), None);
        assert!(queue.set(1, at(20)));
        assert!(!queue.set(2, at(30)));
        assert!(queue.set(3, at(10)));
        assert_eq!(queue.head(), Some(at(10)));
        assert_eq!(due(&queue, 20), [1, 3]);
        assert!(due(&queue, 9).is_empty());
        // Moved: away from the head, and back.
        assert!(!queue.set(3, at(40)));
        assert_eq!(queue.head(), Some(at(20)));
        assert!(queue.set(3, at(15)));
        assert!(queue.set(3, at(14)));
        assert!(!queue.set(3, at(14)));
    }

    #[test]
    fn a_removed_entry_is_gone_at_once() {
        let mut queue = DueQueue::default();
        queue.set(1, at(10));
        queue.set(2, at(10));
        queue.remove(1);
        assert_eq!(due(&queue, 10), [2]);
        // What is not there is no error.
        queue.remove(1);
        queue.remove(7);
        queue.remove(2);
        assert_eq!(queue.head(), None);
        assert!(queue.set(1, at(10)));
    }

    #[test]
    fn it_agrees_with_a_sorted_map_whatever_is_done() {
        // A fixed sequence of numbers without a pattern.
        let mut number = 1_u64;
        let mut next = move |below: u64| {
            number = task_schedule::mix(number);
            number % below
        };
        for jobs in [1, 2, 5, 30, 300] {
            let mut queue = DueQueue::default();
            let mut model = BTreeMap::new();
            for _ in 0..3_000 {
                let job = next(jobs) as u32;
                if next(4) == 0 {
                    queue.remove(job);
                    model.remove(&job);
                } else {
                    let second = next(50) as i64;
                    queue.set(job, at(second));
                    model.insert(job, second);
                }
                let head = model.values().min().map(|&second| at(second));
                assert_eq!(queue.head(), head);
                let second = next(60) as i64;
                let expected = model.iter().filter(|(_, due)| **due <= second);
                let expected: Vec<u32> = expected.map(|(&job, _)| job).collect();
                assert_eq!(due(&queue, second), expected);
            }
        }
    }
}
