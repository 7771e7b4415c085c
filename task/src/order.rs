//! Sorting of what is sorted seldom.

use std::cmp::Ordering;

/// Returns the entries of a list in order; equal ones stay as they were.
///
/// The sort itself is compiled once, for places in a list, whatever the lists hold: one
/// for each type of entry takes a program longer to compile than all of this crate's
/// decisions do.
pub(crate) fn in_order<T: Copy>(list: &[T], compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let mut sorted = Vec::with_capacity(list.len());
    for place in sorted_places(list.len(), &|a, b| compare(&list[a], &list[b])) {
        sorted.push(list[place]);
    }
    sorted
}

fn sorted_places(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<_> = (0..len).collect();
    places.sort_unstable_by(|&a, &b| compare(a, b).then(a.cmp(&b)));
    places
}

/// Returns the lesser of two, if there is one.
pub(crate) fn earlier<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::{earlier, in_order};

    #[test]
    fn equal_entries_stay_as_they_were() {
        let list = [(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd'), (0, 'e')];
        let sorted = in_order(&list, |(a, _), (b, _)| a.cmp(b));
        assert_eq!(sorted, [(0, 'e'), (1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]);
        assert!(in_order(&[], u8::cmp).is_empty());
    }

    #[test]
    fn what_is_not_there_comes_before_nothing() {
        assert_eq!(earlier(Some(2), Some(1)), Some(1));
        assert_eq!(
            (earlier(None, Some(1)), earlier(Some(1), None)),
            (Some(1), Some(1))
        );
        assert_eq!(earlier::<u8>(None, None), None);
    }
}
