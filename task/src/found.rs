//! What a round has found due, and in which order it is started.

use std::cmp::{Ordering, Reverse};

use chrono::{DateTime, Utc};

use crate::{job::JobId, queue::Tick};

/// A fire that a round has found due.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due {
    pub(crate) fire_time: Tick,
    pub(crate) priority: i32,
    /// It may have another fire in the same round.
    pub(crate) catches_up: bool,
    /// How the name of the task begins: most are told apart by that.
    pub(crate) name: u128,
    pub(crate) job: JobId,
    /// The start that was found: a job that was changed since then has another.
    pub(crate) due: Tick,
}

impl Due {
    /// Returns when the job should have run.
    pub(crate) fn fire_time(&self) -> DateTime<Utc> {
        self.fire_time.instant()
    }
}

/// The fires that a round has found. The lists are used again by the next one.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) due: Vec<Due>,
    /// The fires by their places in `due`, once they are sorted. Small, since what
    /// sorting costs is moving.
    order: Vec<(Tick, u32)>,
    /// Those of one fire time.
    equals: Vec<(Reverse<i32>, u128, u32)>,
}

impl Found {
    /// Sorts the fires: by fire time, the more important task first, by how its name
    /// begins, and then as `order_of_equals` says.
    pub(crate) fn sort(&mut self, order_of_equals: impl Fn(&Due, &Due) -> Ordering) {
        let due = &self.due;
        let order = (0..).zip(due).map(|(place, due)| (due.fire_time, place));
        self.order.clear();
        self.order.extend(order);
        self.order.sort_unstable();
        let mut rest = &mut *self.order;
        while let Some(&(fire_time, _)) = rest.first() {
            let n_equal = rest.iter().take_while(|(at, _)| *at == fire_time).count();
            let (equals, others) = rest.split_at_mut(n_equal);
            rest = others;
            if n_equal == 1 {
                continue;
            }
            // Each place is one of the list.
            let keys = equals.iter().map(|&(_, place)| {
                let due = &due[place as usize];
                (Reverse(due.priority), due.name, place)
            });
            self.equals.clear();
            self.equals.extend(keys);
            self.equals.sort_unstable_by(|a, b| {
                (a.0, a.1)
                    .cmp(&(b.0, b.1))
                    .then_with(|| order_of_equals(&due[a.2 as usize], &due[b.2 as usize]))
            });
            for (to, from) in equals.iter_mut().zip(&self.equals) {
                to.1 = from.2;
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.due.len()
    }

    /// Returns a fire by its place in the order.
    pub(crate) fn get(&self, place: usize) -> Option<Due> {
        let (_, place) = self.order.get(place)?;
        self.due.get(*place as usize).copied()
    }

    /// Returns empty lists, with the memory of these.
    pub(crate) fn emptied(mut self) -> Found {
        // Those that were long once are not kept for ever.
        let (capacity, used) = (self.due.capacity(), self.due.len());
        if capacity > (4 * used).max(64) {
            return Found::default();
        }
        self.due.clear();
        self
    }
}

#[cfg(test)]
mod tests {
    use task_schedule::mix;

    use super::*;
    use crate::slab::Slab;

    #[test]
    fn fires_are_sorted_by_time_priority_and_name() {
        let mut slab = Slab::default();
        let mut number = 1_u64;
        let mut next = |below: u64| {
            number = mix(number);
            number % below
        };
        for n_times in [1, 3, 1_000] {
            let mut found = Found::default();
            for _ in 0..500 {
                let due = Tick::from_nanos(next(n_times) as i64);
                found.due.push(Due {
                    fire_time: due,
                    priority: next(3) as i32 - 1,
                    catches_up: false,
                    name: u128::from(next(20)) << 100,
                    job: JobId(slab.insert(())),
                    due,
                });
            }
            found.sort(|a, b| a.job.cmp(&b.job));
            let key = |due: &Due| (due.fire_time, Reverse(due.priority), due.name, due.job);
            let mut expected: Vec<_> = found.due.iter().map(key).collect();
            expected.sort_unstable();
            let sorted = (0..found.len()).filter_map(|place| found.get(place));
            let sorted: Vec<_> = sorted.map(|due| key(&due)).collect();
            assert_eq!(sorted, expected);
        }
    }
}
