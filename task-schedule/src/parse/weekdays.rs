//! Days of the week: `mon`, `mon-fri`, `monday, wednesday and friday`.

use chrono::Weekday;

use super::cursor::{Cursor, Parsed, Token};
use crate::calendar::Weekdays;

/// The full names, for proposals.
pub(super) const NAMES: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// The day that `word` names, in full or for short, in any case.
pub(super) fn day_of_word(word: &str) -> Option<Weekday> {
    let word = word.to_lowercase();
    let singular = word
        .strip_suffix('s')
        .filter(|day| day.ends_with("day"))
        .unwrap_or(&word);
    Some(match singular {
        "monday" | "mon" => Weekday::Mon,
        "tuesday" | "tue" | "tues" => Weekday::Tue,
        "wednesday" | "wed" => Weekday::Wed,
        "thursday" | "thu" | "thur" | "thurs" => Weekday::Thu,
        "friday" | "fri" => Weekday::Fri,
        "saturday" | "sat" => Weekday::Sat,
        "sunday" | "sun" => Weekday::Sun,
        _ => return None,
    })
}

/// A list of days and ranges, or `None` if the next word is no day.
pub(super) fn weekdays(cursor: &mut Cursor<'_>) -> Parsed<Option<Weekdays>> {
    if cursor.peek_word().and_then(set_of_word).is_none() {
        return Ok(None);
    }
    let (mut all, _) = item(cursor)?;
    loop {
        let mut ahead = cursor.clone();
        let comma = ahead.eat(',');
        let and = ahead.eat_word("and").is_some();
        if !comma && !and {
            return Ok(Some(all));
        }
        *cursor = ahead;
        let (days, token) = item(cursor)?;
        if all.overlaps(days) {
            return token.problem(format!("`{}` is there twice", token.text));
        }
        all = all.union(days);
    }
}

/// A list of days and ranges, where there must be one.
pub(super) fn expect(cursor: &mut Cursor<'_>) -> Parsed<Weekdays> {
    match weekdays(cursor)? {
        Some(days) => Ok(days),
        None => match (cursor.peek_word(), cursor.peek_chunk()) {
            (Some(word), _) => not_a_day(word),
            (None, Some(chunk)) => {
                chunk.problem(format!("`{}` is not a day of the week", chunk.text))
            }
            (None, None) => cursor.missing("on which days? write something such as `on mon-fri`"),
        },
    }
}

/// One day, a range, or a word for several.
fn item<'a>(cursor: &mut Cursor<'a>) -> Parsed<(Weekdays, Token<'a>)> {
    let Some(word) = cursor.peek_word() else {
        return match cursor.peek_chunk() {
            Some(chunk) => chunk.problem(
                "a day of the week is missing before this; for several times write a list",
            ),
            None => cursor.missing("a day of the week is missing here"),
        };
    };
    let Some(days) = set_of_word(word) else {
        return not_a_day(word);
    };
    cursor.take(word);
    let Some(first) = day_of_word(word.text) else {
        return Ok((days, word));
    };
    if !cursor.eat('-') && cursor.eat_word("to").is_none() {
        return Ok((days, word));
    }
    let Some(last) = cursor.peek_word() else {
        return cursor.missing("the last day of the range is missing here");
    };
    match day_of_word(last.text) {
        Some(day) if day != first => {
            cursor.take(last);
            Ok((Weekdays::range(first, day), word))
        }
        Some(_) => last.problem("a range ends on another day than it begins"),
        None => not_a_day(last),
    }
}

fn set_of_word(word: Token<'_>) -> Option<Weekdays> {
    match word.text.to_lowercase().as_str() {
        "weekday" | "weekdays" => Some(Weekdays::MONDAY_TO_FRIDAY),
        "weekend" | "weekends" => Some(Weekdays::WEEKEND),
        _ => day_of_word(word.text).map(Weekdays::only),
    }
}

fn not_a_day<T>(word: Token<'_>) -> Parsed<T> {
    let text = word.text;
    match crate::nearest(text, NAMES) {
        Some(nearest) => word.problem(format!("unknown day `{text}`, did you mean `{nearest}`?")),
        None => word.problem(format!("`{text}` is not a day of the week")),
    }
}
