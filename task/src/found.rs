//! What a round has found due, and in which order it is started.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use crate::{job::JobId, tick::Tick};

/// A fire that a round has found due.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due {
    pub(crate) fire_time: Tick,
    /// It may have another fire in the same round.
    pub(crate) catches_up: bool,
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

/// What decides between fires of one time: the greater priority, and then the name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rank {
    pub(crate) priority: i32,
    /// How the name of the task begins.
    pub(crate) name: u128,
}

/// The fires that a round has found. The lists are used again by the next one.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The places of the jobs that are due, of which `due` is made.
    pub(crate) places: Vec<u32>,
    pub(crate) due: Vec<Due>,
    /// The fires by their places in `due`, once they are sorted: a number for each,
    /// whose lower 32 bits are the place. Above it is what they are sorted by, since
    /// nothing is sorted as fast as numbers are.
    order: Vec<u128>,
    /// Those of the fires of one time.
    ranks: Vec<Rank>,
    /// How many rounds in a row have needed only a small part of the memory.
    n_short: u32,
}

/// After how many of them it is given back. A loop that sleeps has a round each second.
const PATIENCE: u32 = 100;

impl Found {
    /// Sorts the fires: by fire time, by rank, and then as `order_of_equals` says, which
    /// knows the whole names.
    pub(crate) fn sort(
        &mut self,
        rank: impl Fn(&Due) -> Rank,
        order_of_equals: impl Fn(&Due, &Due) -> Ordering,
    ) {
        let due = &self.due;
        let order = (0_u32..).zip(due).map(|(place, due)| {
            let (upper, lower) = due.fire_time.parts();
            u128::from(upper) << 64 | u128::from(lower) << 32 | u128::from(place)
        });
        self.order.clear();
        self.order.extend(order);
        self.order.sort_unstable();
        each_equal(&mut self.order, &mut |equals| {
            sort_equals(due, equals, &mut self.ranks, &rank, &order_of_equals);
        });
    }

    pub(crate) fn len(&self) -> usize {
        self.due.len()
    }

    /// Returns a fire by its place in the order.
    pub(crate) fn get(&self, place: usize) -> Option<Due> {
        let fire = self.order.get(place)?;
        self.due.get(place_of(*fire)).copied()
    }

    /// Returns empty lists, with the memory of these.
    pub(crate) fn emptied(mut self) -> Found {
        // Those that were long once are not kept for ever.
        let (capacity, used) = (self.due.capacity(), self.due.len());
        self.n_short = if capacity > (4 * used).max(64) {
            self.n_short + 1
        } else {
            0
        };
        if self.n_short > PATIENCE {
            return Found::default();
        }
        self.due.clear();
        self
    }
}

/// Sorts fires of one time, or of one time and priority whose names begin alike.
fn sort_equals(
    due: &[Due],
    equals: &mut [u128],
    ranks: &mut Vec<Rank>,
    rank: &impl Fn(&Due) -> Rank,
    order_of_equals: &impl Fn(&Due, &Due) -> Ordering,
) {
    // Each place is one of the list.
    let due_of = |fire: &u128| &due[place_of(*fire)];
    ranks.clear();
    ranks.extend(equals.iter().map(|fire| rank(due_of(fire))));
    let Some(&first) = ranks.first() else {
        return;
    };
    if ranks.iter().all(|rank| *rank == first) {
        equals.sort_unstable_by(|a, b| order_of_equals(due_of(a), due_of(b)));
        return;
    }
    // What all names have in common is left out: of the rest, 64 bits tell most apart.
    let different = ranks.iter().map(|rank| rank.name ^ first.name);
    let common = different.fold(0, |all, bits| all | bits).leading_zeros();
    for (fire, rank) in equals.iter_mut().zip(&*ranks) {
        let priority = !(rank.priority.wrapping_sub(i32::MIN) as u32);
        let name = rank.name.checked_shl(common).unwrap_or_default() >> 64;
        *fire = u128::from(priority) << 96 | name << 32 | place_of(*fire) as u128;
    }
    equals.sort_unstable();
    each_equal(equals, &mut |equals| {
        sort_equals(due, equals, ranks, rank, order_of_equals);
    });
}

/// Calls `sort` with each stretch of several fires that are equal but for their places.
fn each_equal(mut sorted: &mut [u128], sort: &mut dyn FnMut(&mut [u128])) {
    while let Some(first) = sorted.first().copied() {
        let n_equal = sorted.iter().take_while(|fire| **fire >> 32 == first >> 32);
        let (equals, others) = sorted.split_at_mut(n_equal.count());
        sorted = others;
        if equals.len() > 1 {
            sort(equals);
        }
    }
}

fn place_of(fire: u128) -> usize {
    (fire as u32) as usize
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use task_schedule::mix;

    use super::*;
    use crate::slab::Slab;

    fn check(n_times: u64, names: impl Fn(u64) -> u128) {
        let mut slab = Slab::default();
        let mut number = n_times;
        let mut next = |below: u64| {
            number = mix(number);
            number % below
        };
        let mut found = Found::default();
        let mut ranks = Vec::new();
        for _ in 0..500 {
            let due = Tick::from_nanos(next(n_times) as i64);
            found.due.push(Due {
                fire_time: due,
                catches_up: false,
                job: JobId(slab.insert(())),
                due,
            });
            ranks.push(Rank {
                priority: [-1, 0, 0, i32::MIN, i32::MAX][next(5) as usize],
                name: names(next(u64::MAX)),
            });
        }
        let rank = |due: &Due| ranks[due.job.0.place() as usize];
        found.sort(rank, |a, b| a.job.cmp(&b.job));
        let key = |due: &Due| {
            let rank = rank(due);
            (due.fire_time, Reverse(rank.priority), rank.name, due.job)
        };
        let mut expected: Vec<_> = found.due.iter().map(key).collect();
        expected.sort_unstable();
        let sorted = (0..found.len()).filter_map(|place| found.get(place));
        let sorted: Vec<_> = sorted.map(|due| key(&due)).collect();
        assert_eq!(sorted, expected);
    }

    #[test]
    fn fires_are_sorted_by_time_priority_and_name() {
        for n_times in [1, 3, 1_000] {
            check(n_times, |_| 7);
            check(n_times, |draw| u128::from(draw % 20) << 100);
            check(n_times, |draw| u128::from(draw % 20));
            check(n_times, |draw| u128::from(draw) << 30);
            check(n_times, |draw| u128::MAX - u128::from(draw % 3));
        }
    }

    #[test]
    fn names_that_differ_in_their_first_and_last_bits_are_sorted_in_steps() {
        let names = [
            0,
            1,
            2,
            3,
            1 << 63,
            1 << 64,
            3 << 64,
            1 << 127,
            (1 << 127) + 1,
        ];
        check(1, |draw| names[(draw % 9) as usize]);
        check(2, |draw| names[(draw % 9) as usize] >> 1);
    }
}
