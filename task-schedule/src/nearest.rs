//! "Did you mean ...?"

/// The candidate that a misspelt `word` was most likely meant to be, if one is
/// near enough to be worth proposing.
///
/// Not public API: shared with the attribute macro, which proposes keys.
pub fn nearest<'a, I>(word: &str, candidates: I) -> Option<&'a str>
where
    I: IntoIterator<Item = &'a str>,
{
    nearest_of(word, &mut candidates.into_iter())
}

fn nearest_of<'a>(word: &str, candidates: &mut dyn Iterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    // One slip in a short word, up to a third of a longer one.
    let limit = (word.len() / 3).max(1);
    let mut found: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = distance(&word, candidate);
        // A one-letter candidate is a slip away from every letter.
        let is_near = distance <= limit && distance < candidate.chars().count();
        if is_near && found.is_none_or(|(least, _)| distance < least) {
            found = Some((distance, candidate));
        }
    }
    found.map(|(_, candidate)| candidate)
}

/// How many letters must be inserted, dropped, replaced or swapped with their
/// neighbour to make one word of the other, ignoring case.
fn distance(word: &[char], candidate: &str) -> usize {
    let candidate: Vec<char> = candidate.to_lowercase().chars().collect();
    // Row i holds the distances between the first i letters of `word` and
    // each beginning of `candidate`; a swap looks back two rows.
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=candidate.len()).collect();
    for (i, &from) in word.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &to) in candidate.iter().enumerate() {
            let replaced = last[j] + usize::from(from != to);
            let mut best = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && from == candidate[j - 1] && word[i - 1] == to {
                best = best.min(before_last[j - 1] + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[candidate.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[track_caller]
    fn check(word: &str, expected: Option<&str>) {
        let candidates = ["minutes", "monday", "overlap", "every", "m"];
        assert_eq!(nearest(word, candidates), expected, "{word}");
    }

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        check("minuets", Some("minutes")); // Two letters swapped.
        check("minute", Some("minutes"));
        check("Mondy", Some("monday"));
        check("overlapp", Some("overlap"));
        check("evry", Some("every"));
        check("banana", None);
        check("x", None);
        check("", None);
    }
}
