//! What to say about numbers and units that cannot be read.

use std::ops::Range;

use super::{
    clock,
    cursor::{Cursor, Parsed, Token, problem},
    words,
};
use crate::unit::Unit;

/// The unit that `word` is, after `number`.
pub(super) fn unit(word: Token<'_>, number: Token<'_>) -> Parsed<Unit> {
    if let Some(unit) = Unit::of_word(word.text) {
        return Ok(unit);
    }
    let (text, n) = (word.text, number.text);
    let mark = number.up_to(word);
    if text == "M" {
        return problem(
            mark,
            format!(
                "`M` could mean month, write `{n}m` or `{n} minute{}`",
                plural(n)
            ),
        );
    }
    if let Some(unit) = Unit::of_capital(text) {
        let short = unit.short();
        return problem(
            mark,
            format!("short units are in lower case, write `{n}{short}`"),
        );
    }
    match text.to_lowercase().as_str() {
        "mo" | "mos" | "mon" | "month" | "months" | "y" | "yr" | "yrs" | "year" | "years" | "q"
        | "quarter" | "quarters" | "fortnight" | "fortnights" => not_fixed(mark),
        "am" | "pm" => problem(mark, twelve_hours(n, text)),
        "few" | "couple" => word.problem("say how many: write a number"),
        "half" => word.problem("write the number in digits, such as `30m`"),
        "and" | "to" | "at" | "in" | "for" | "until" | "aligned" => number.problem(what(n)),
        lower if words::is_weekday(lower) => problem(
            mark,
            format!("a day of the week is every week, it cannot have the number `{n}`"),
        ),
        _ => match crate::nearest(text, unit_words()) {
            Some(nearest) => {
                word.problem(format!("unknown unit `{text}`, did you mean `{nearest}`?"))
            }
            None => word.problem(format!(
                "unknown unit `{text}`, write one such as `s`, `m`, `h` or `days`"
            )),
        },
    }
}

pub(super) fn unit_words() -> Vec<&'static str> {
    let mut words = Vec::new();
    for unit in Unit::ALL {
        words.extend_from_slice(unit.words());
    }
    words
}

fn plural(number: &str) -> &'static str {
    if number == "1" { "" } else { "s" }
}

/// A number alone.
fn what(number: &str) -> String {
    // `0s` would be no better, and `a` is no number.
    let is_good = number.starts_with(|c: char| c.is_ascii_digit())
        && number.contains(|c: char| matches!(c, '1'..='9'));
    let example = if is_good { number } else { "30" };
    format!("{number} what? write `{example}s` or `{example}m`")
}

pub(super) fn not_fixed<T>(mark: Range<usize>) -> Parsed<T> {
    problem(
        mark,
        "this is not a fixed span of time, say it in days or weeks",
    )
}

/// `number` is followed by no word; `last` is the part of the span before it.
pub(super) fn no_unit<T>(
    cursor: &Cursor<'_>,
    number: Token<'_>,
    last: Option<(&str, Unit)>,
) -> Parsed<T> {
    let n = number.text;
    if cursor.rest().starts_with(':') {
        return clock_form(cursor, number);
    }
    match last {
        // The units that were probably meant.
        Some((text, Unit::Hour)) => number.problem(format!(
            "`{n}` has no unit, write `{text} {n}m` or `{text} {n}s`"
        )),
        Some((text, unit)) => {
            let finer = Unit::ALL.iter().rfind(|finer| **finer < unit);
            let finer = finer.copied().unwrap_or(unit);
            number.problem(format!(
                "`{n}` has no unit, write `{text} {n}{}`",
                finer.short()
            ))
        }
        None if cursor.is_at_end() => number.problem(what(n)),
        None => number.problem(format!(
            "`{n}` has no unit, write something such as `{n}s` or `{n}m`"
        )),
    }
}

/// `01:30:00` as a span, `10:30` as a day's time.
fn clock_form<T>(cursor: &Cursor<'_>, number: Token<'_>) -> Parsed<T> {
    let rest = cursor.peek_while(|c| c == ':' || c.is_ascii_digit());
    let mark = number.start..rest.map_or(number.end, |rest| rest.end);
    let time = &cursor.text()[mark.clone()];
    match clock::time_of_day(time) {
        Ok(_) => problem(
            mark,
            format!("`{time}` is a time of day, write `day at {time}`, or a span such as `1h 30m`"),
        ),
        Err(_) => problem(
            mark,
            format!(
                "`{time}` is no span, write one such as `1h 30m`, or a time of day such as `day at 10:30`"
            ),
        ),
    }
}

/// There should be a number, and there is none.
pub(super) fn no_number<T>(cursor: &Cursor<'_>) -> Parsed<T> {
    let Some(chunk) = cursor.peek_chunk() else {
        return cursor.missing("a span such as `30s` is missing here");
    };
    // OK because a chunk is not empty.
    let first = chunk.text.chars().next().unwrap_or(' ');
    let first_token = Token {
        text: &chunk.text[..first.len_utf8()],
        start: chunk.start,
        end: chunk.start + first.len_utf8(),
    };
    let rest = &chunk.text[first.len_utf8()..];
    match first {
        '-' | '+' => first_token.problem("a span has no sign"),
        '.' if rest.starts_with(|c: char| c.is_ascii_digit()) => {
            chunk.problem(format!("write a digit before the point: `0.{rest}`"))
        }
        _ if first.is_numeric() => first_token.problem("write numbers with the digits 0 to 9"),
        _ => words::cannot_begin(cursor, chunk),
    }
}

/// A number must not run into something that looks like a part of it.
pub(super) fn number_end(cursor: &Cursor<'_>, number: Token<'_>) -> Parsed<()> {
    let n = number.text;
    let Some(next) = cursor.next_char() else {
        return Ok(());
    };
    let mark = number.start..number.end + next.len_utf8();
    let is_before_digit = cursor.text()[mark.end..].starts_with(|c: char| c.is_ascii_digit());
    match next {
        ',' if is_before_digit => problem(
            mark,
            "a number has no comma, write `1.5h` for a fraction and `1000s` for thousands",
        ),
        '_' => problem(mark, "a number has no `_`, write only digits"),
        '/' => problem(mark, "a number is no fraction, write `1.5h` or `30m`"),
        '.' => problem(mark, "a number has one point at most"),
        '-' if is_before_digit => {
            let rest = cursor.rest()[1..].trim_end();
            problem(
                mark,
                format!("a range is written with `to`: `{n} to {rest}`"),
            )
        }
        next if next.is_numeric() => {
            problem(number.end..mark.end, "write numbers with the digits 0 to 9")
        }
        _ => Ok(()),
    }
}

/// `9am` should have been `09:00`.
pub(super) fn twelve_hours(time: &str, half: &str) -> String {
    let (hour, minutes) = time.split_once(':').unwrap_or((time, "00"));
    let hour = hour
        .trim()
        .parse::<u32>()
        .ok()
        .filter(|hour| (1..=12).contains(hour));
    match hour {
        Some(hour) => {
            let hour = hour % 12
                + if half.eq_ignore_ascii_case("pm") {
                    12
                } else {
                    0
                };
            format!("hours go from 00 to 23, write `{hour:02}:{minutes}`")
        }
        None => "hours go from 00 to 23, write something such as `21:30`".to_owned(),
    }
}
