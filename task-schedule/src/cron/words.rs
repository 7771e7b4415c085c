//! Sets, numbers and names as people say them.

use super::{
    bits,
    fields::{self, WEEK_DAYS},
};

/// The first and last value of a set of neighbours. A set that goes past `size`
/// goes on at 0; if `size` is 0, none does.
pub(super) fn run(set: u64, size: u32) -> Option<(u32, u32)> {
    if set == 0 {
        return None;
    }
    let count = set.count_ones();
    let is_run = |first: u32| {
        (0..count).all(|n| {
            let value = if size == 0 {
                first + n
            } else {
                (first + n) % size
            };
            set >> value & 1 == 1
        })
    };
    let first = bits(set).find(|&first| is_run(first))?;
    let last = first + count - 1;
    Some((first, if size == 0 { last } else { last % size }))
}

/// `Monday to Friday`, for three or more neighbours.
pub(super) fn week_run(set: u32) -> Option<String> {
    let (first, last) = run(set.into(), 7).filter(|_| set.count_ones() > 2)?;
    let name = |day: u32| capital(WEEK_DAYS[day as usize]);
    Some(format!("{} to {}", name(first), name(last)))
}

/// Days of the week, from Monday on.
pub(super) fn names(set: u32) -> Vec<String> {
    let mut names = Vec::new();
    for day in [1, 2, 3, 4, 5, 6, 0] {
        if set >> day & 1 == 1 {
            names.push(capital(WEEK_DAYS[day]));
        }
    }
    names
}

/// The step of five or more values that are not neighbours.
pub(super) fn even_step(values: &[u32]) -> Option<u32> {
    let step = values.get(1)? - values.first()?;
    let is_even = values.windows(2).all(|pair| pair[1] - pair[0] == step);
    (is_even && step > 1 && values.len() > 4).then_some(step)
}

pub(super) fn set_of_numbers(set: u64) -> String {
    numbers(&bits(set).collect::<Vec<_>>())
}

/// `1, 5 and 10 to 20`.
pub(super) fn numbers(values: &[u32]) -> String {
    match (even_step(values), values) {
        (Some(step), [first, .., last]) => format!("{first} to {last} in steps of {step}"),
        _ => join(runs(values, |value| value.to_string()), "and"),
    }
}

/// `1`, `5`, `10 to 20`.
pub(super) fn runs(values: &[u32], name: fn(u32) -> String) -> Vec<String> {
    let mut parts = Vec::new();
    for (first, last) in fields::runs(values) {
        if last - first > 1 {
            parts.push(format!("{} to {}", name(first), name(last)));
            continue;
        }
        parts.push(name(first));
        if last > first {
            parts.push(name(last));
        }
    }
    parts
}

/// `a, b and c`.
pub(super) fn join(mut words: Vec<String>, and: &str) -> String {
    match (words.pop(), &*words) {
        (None, _) => String::new(),
        (Some(last), []) => last,
        (Some(last), words) => format!("{} {and} {last}", words.join(", ")),
    }
}

pub(super) fn ordinal(number: u32) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

pub(super) fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}
