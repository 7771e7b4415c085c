//! The jobs that wait, ordered by when they are due.

use chrono::{DateTime, Utc};

/// How many children an entry has: four of them share a line of the cache.
const ARITY: usize = 4;

/// Where a job is that is not there.
const NOWHERE: u32 = u32::MAX;

/// An instant as two numbers that are compared at once, unlike a calendar's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tick {
    /// The seconds, and below them the upper bits of the nanoseconds.
    upper: u64,
    lower: u32,
}

/// How many bits of the nanoseconds are in `lower`. Above them remain 20, since a leap
/// second has up to 2^31 of them, and 44 bits for the seconds of half a million years.
const LOWER: u32 = 11;

/// Before the first second that `chrono` can represent, so that none is negative.
const FIRST: i64 = -(1 << 43);

impl Tick {
    fn new(seconds: i64, nanos: u32) -> Tick {
        let seconds = seconds.wrapping_sub(FIRST) as u64;
        Tick {
            upper: seconds << (31 - LOWER) | u64::from(nanos >> LOWER),
            lower: nanos & ((1 << LOWER) - 1),
        }
    }

    /// That of so many nanoseconds since the Unix epoch.
    pub(crate) fn from_nanos(nanos: i64) -> Tick {
        let (seconds, nanos) = (nanos.div_euclid(NANOS), nanos.rem_euclid(NANOS));
        Tick::new(seconds, nanos as u32) // It is less than a second.
    }

    /// Returns it as two numbers, for who has no room for a gap between two ticks.
    pub(crate) fn parts(self) -> (u64, u32) {
        (self.upper, self.lower)
    }

    pub(crate) fn of_parts(upper: u64, lower: u32) -> Tick {
        Tick { upper, lower }
    }

    pub(crate) fn instant(self) -> DateTime<Utc> {
        let seconds = (self.upper >> (31 - LOWER)) as i64 + FIRST;
        let upper = self.upper as u32 & ((1 << (31 - LOWER)) - 1);
        let instant = DateTime::from_timestamp(seconds, upper << LOWER | self.lower);
        // It was made of one.
        instant.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

const NANOS: i64 = 1_000_000_000;

impl From<DateTime<Utc>> for Tick {
    fn from(at: DateTime<Utc>) -> Tick {
        Tick::new(at.timestamp(), at.timestamp_subsec_nanos())
    }
}

/// A heap of (due, job), earliest first, that knows where each job is.
///
/// A job is named by its place in the list of all jobs. It is moved and removed at
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
        Tick {
            upper: self.upper,
            lower: self.lower,
        }
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
        let entry = Entry {
            upper: due.upper,
            lower: due.lower,
            job,
        };
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
    pub(crate) fn due(&self, now: DateTime<Utc>, mut take: impl FnMut(u32)) {
        let now = Tick::from(now);
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

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn a_tick_sorts_as_its_instant_and_gives_it_back() {
        let leap = DateTime::from_timestamp(1_483_228_799, 1_999_999_999).unwrap();
        let mut all = vec![
            DateTime::<Utc>::MIN_UTC,
            at(-1),
            at(0),
            at(1_700_000_000),
            leap,
            at(1_483_228_800),
            DateTime::<Utc>::MAX_UTC,
        ];
        for nanos in [1, 2, 2_047, 2_048, 999_999_999] {
            all.push(DateTime::from_timestamp(1_700_000_000, nanos).unwrap());
        }
        for &a in &all {
            assert_eq!(Tick::from(a).instant(), a);
            for &b in &all {
                assert_eq!(Tick::from(a).cmp(&Tick::from(b)), a.cmp(&b), "{a} {b}");
            }
            let nanos = a.timestamp_nanos_opt().filter(|_| a != leap);
            if let Some(nanos) = nanos {
                assert_eq!(Tick::from_nanos(nanos), Tick::from(a));
            }
        }
        assert_eq!(size_of::<Entry>(), 16);
    }

    fn due(queue: &DueQueue, second: i64) -> Vec<u32> {
        let mut all = Vec::new();
        queue.due(at(second), |job| all.push(job));
        all.sort_unstable();
        all
    }

    #[test]
    fn the_head_is_the_earliest_and_only_it_is_reported_as_new_head() {
        let mut queue = DueQueue::default();
        assert_eq!(queue.head(), None);
        assert!(queue.set(1, at(20).into()));
        assert!(!queue.set(2, at(30).into()));
        assert!(queue.set(3, at(10).into()));
        assert_eq!(queue.head(), Some(at(10).into()));
        assert_eq!(due(&queue, 20), [1, 3]);
        assert!(due(&queue, 9).is_empty());
        // Moved: away from the head, and back.
        assert!(!queue.set(3, at(40).into()));
        assert_eq!(queue.head(), Some(at(20).into()));
        assert!(queue.set(3, at(15).into()));
        assert!(queue.set(3, at(14).into()));
        assert!(!queue.set(3, at(14).into()));
    }

    #[test]
    fn a_removed_entry_is_gone_at_once() {
        let mut queue = DueQueue::default();
        queue.set(1, at(10).into());
        queue.set(2, at(10).into());
        queue.remove(1);
        assert_eq!(due(&queue, 10), [2]);
        // What is not there is no error.
        queue.remove(1);
        queue.remove(7);
        queue.remove(2);
        assert_eq!(queue.head(), None);
        assert!(queue.set(1, at(10).into()));
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
                    queue.set(job, at(second).into());
                    model.insert(job, second);
                }
                let head = model.values().min().map(|&second| at(second).into());
                assert_eq!(queue.head(), head);
                let second = next(60) as i64;
                let expected = model.iter().filter(|(_, due)| **due <= second);
                let expected: Vec<u32> = expected.map(|(&job, _)| job).collect();
                assert_eq!(due(&queue, second), expected);
            }
        }
    }
}
