//! Spans of time: `30s`, `1h 30m`, `2 hours and 5 minutes`, `PT90M`.

use std::{ops::Range, time::Duration};

use super::{
    cursor::{Cursor, Parsed, Problem, Token, problem},
    hints, iso,
};
use crate::{error::Reason, interval::Interval, unit::Unit};

/// A span as it was written.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) nanos: u128,
    parts: Vec<Part>,
    pub(super) mark: Range<usize>,
}

#[derive(Clone, Debug)]
struct Part {
    /// The whole number before the unit, `None` if it has a fraction.
    count: Option<u128>,
    unit: Unit,
    text: String,
}

/// A number as it was written, without a unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number<'a> {
    whole: u128,
    /// The digits behind the point.
    fraction: &'a str,
    pub(super) token: Token<'a>,
}

impl Span {
    /// How many of which unit it is, if it is a whole number of one.
    pub(super) fn count_of_unit(&self) -> Option<(u128, Unit)> {
        match *self.parts {
            [
                Part {
                    count: Some(count),
                    unit,
                    ..
                },
            ] => Some((count, unit)),
            _ => None,
        }
    }

    /// The unit, if there is only one.
    pub(super) fn only_unit(&self) -> Option<Unit> {
        match *self.parts {
            [Part { unit, .. }] => Some(unit),
            _ => None,
        }
    }

    /// Is it only days and weeks? Then it follows the calendar where that is
    /// possible.
    pub(super) fn is_civil(&self) -> bool {
        self.parts.iter().all(|part| part.unit.is_civil())
    }

    /// As a period: not zero, and not too long.
    pub(super) fn interval(&self) -> Parsed<Interval> {
        Interval::from_nanos(self.nanos).map_err(|error| Problem {
            reason: Reason::from(error),
            mark: self.mark.clone(),
        })
    }

    /// As the length of time that a schedule lasts, which may be longer.
    pub(super) fn duration(&self) -> Parsed<Duration> {
        if self.nanos == 0 {
            return problem(
                self.mark.clone(),
                "a limit of zero lets nothing fire, it must be at least 1ns",
            );
        }
        let secs = u64::try_from(self.nanos / Unit::Second.nanos());
        match secs {
            // OK because a remainder of a second fits.
            Ok(secs) => Ok(Duration::new(
                secs,
                (self.nanos % Unit::Second.nanos()) as u32,
            )),
            Err(_) => problem(self.mark.clone(), "this is longer than time goes on"),
        }
    }

    fn of(number: &Number<'_>, unit: Unit, mark: Range<usize>) -> Parsed<Span> {
        let nanos = number.of(unit, mark.clone())?;
        let part = Part {
            count: number.count(),
            unit,
            text: number.with_unit(unit),
        };
        Ok(Span {
            nanos,
            parts: vec![part],
            mark,
        })
    }

    /// Adds a part, which must be of a smaller unit than those before.
    pub(super) fn push(&mut self, part: Span) -> Parsed<()> {
        let mark = part.mark;
        let (Some(last), Some(next)) = (self.parts.last(), part.parts.first()) else {
            return Ok(()); // Never, since each span has a part.
        };
        if last.count.is_none() {
            return problem(
                self.mark.clone(),
                "only the last part of a span can have a fraction",
            );
        }
        if next.unit == last.unit {
            return problem(
                mark,
                format!("`{}` is there twice, add them up", next.unit.short()),
            );
        }
        if next.unit > last.unit {
            return problem(
                mark,
                format!("write the longer unit first: `{} {}`", next.text, last.text),
            );
        }
        self.nanos = match self.nanos.checked_add(part.nanos) {
            Some(nanos) => nanos,
            None => return problem(mark, "this number is too large"),
        };
        self.mark.end = mark.end;
        self.parts.extend(part.parts);
        Ok(())
    }

    /// The same, with its place being that of `token`.
    pub(super) fn marked(self, token: Token<'_>) -> Span {
        Span {
            mark: token.start..token.end,
            ..self
        }
    }
}

/// One or more parts, such as `1h 30m` or `1 hour, 30 minutes`.
pub(super) fn span(cursor: &mut Cursor<'_>) -> Parsed<Span> {
    if let Some(span) = iso::span(cursor)? {
        return Ok(span);
    }
    let mut span = part(cursor, None)?;
    while separator(cursor)? {
        let part = part(cursor, span.parts.last())?;
        span.push(part)?;
    }
    Ok(span)
}

/// A span of `number` of the unit of `token`.
pub(super) fn of_unit(number: Number<'_>, unit: Unit, token: Token<'_>) -> Parsed<Span> {
    Span::of(&number, unit, number.token.up_to(token))
}

/// One of a unit that is not preceded by a number.
pub(super) fn one(unit: Unit, token: Token<'_>) -> Span {
    let part = Part {
        count: Some(1),
        unit,
        text: format!("1{}", unit.short()),
    };
    Span {
        nanos: unit.nanos(),
        parts: vec![part],
        mark: token.start..token.end,
    }
}

/// Does another part follow? If so, goes to it.
fn separator(cursor: &mut Cursor<'_>) -> Parsed<bool> {
    let mut ahead = cursor.clone();
    let comma = ahead.eat(',');
    if comma && ahead.next_char().is_some_and(|c| !c.is_whitespace()) {
        let at = ahead.position();
        return problem(at - 1..at, "write a blank after the comma");
    }
    let and = ahead.eat_word("and").is_some();
    let article = || ahead.peek_word().is_some_and(is_article);
    let digit = ahead.rest().starts_with(|c: char| c.is_numeric());
    if (comma || and) && !digit && !article() {
        if ahead.is_at_end() {
            return ahead.missing("there is nothing after this");
        }
        return Ok(false);
    }
    if digit || article() {
        *cursor = ahead;
        return Ok(true);
    }
    Ok(false)
}

/// A number and its unit; `last` is the part before it.
fn part(cursor: &mut Cursor<'_>, last: Option<&Part>) -> Parsed<Span> {
    let number = match cursor.peek_word().filter(|&word| is_article(word)) {
        Some(token) => {
            cursor.take(token);
            Number {
                whole: 1,
                fraction: "",
                token,
            }
        }
        None => number(cursor)?,
    };
    let Some(word) = cursor.peek_word() else {
        let last = last.map(|last| (last.text.as_str(), last.unit));
        return hints::no_unit(cursor, number.token, last);
    };
    let unit = hints::unit(word, number.token)?;
    cursor.take(word);
    of_unit(number, unit, word)
}

fn is_article(word: Token<'_>) -> bool {
    word.is("a") || word.is("an")
}

/// Digits, perhaps with a point and more digits.
pub(super) fn number<'a>(cursor: &mut Cursor<'a>) -> Parsed<Number<'a>> {
    let is_digit = |c: char| c.is_ascii_digit();
    let Some(whole) = cursor.peek_while(is_digit) else {
        return hints::no_number(cursor);
    };
    cursor.take(whole);
    let mut token = whole;
    let mut fraction = "";
    if cursor.next_char() == Some('.') {
        cursor.eat('.');
        match cursor
            .peek_while(is_digit)
            .filter(|digits| digits.start == cursor.position())
        {
            Some(digits) => {
                cursor.take(digits);
                fraction = digits.text;
                token = Token {
                    text: &cursor.text()[whole.start..digits.end],
                    start: whole.start,
                    end: digits.end,
                };
            }
            None => {
                let unit = cursor.peek_word().map_or("s", |word| word.text);
                return problem(
                    whole.start..cursor.position(),
                    format!("write `{0}{unit}` or `{0}.0{unit}`", whole.text),
                );
            }
        }
    }
    hints::number_end(cursor, token)?;
    match whole.text.parse() {
        Ok(whole) => Ok(Number {
            whole,
            fraction,
            token,
        }),
        Err(_) => token.problem("this number is too large"),
    }
}

impl Number<'_> {
    /// As it is proposed in a message: `30s`.
    fn with_unit(&self, unit: Unit) -> String {
        let point = if self.fraction.is_empty() { "" } else { "." };
        format!("{}{point}{}{}", self.whole, self.fraction, unit.short())
    }

    fn count(&self) -> Option<u128> {
        self.fraction.is_empty().then_some(self.whole)
    }

    /// So many of `unit`, in nanoseconds.
    fn of(&self, unit: Unit, mark: Range<usize>) -> Parsed<u128> {
        let digits = self.fraction.trim_end_matches('0');
        if !self.fraction.is_empty() && unit.is_civil() {
            let smaller = if unit == Unit::Week { "days" } else { "hours" };
            return problem(
                mark,
                format!(
                    "a {} has no fraction here, say the rest in {smaller}",
                    unit.name()
                ),
            );
        }
        // With more digits than this, no unit up to an hour is whole.
        let scale = match digits.len() {
            length @ 0..=16 => 10u128.pow(length as u32),
            _ => return problem(mark, "nothing is finer than a nanosecond"),
        };
        let parts = digits.parse().unwrap_or(0) * unit.nanos();
        if parts % scale != 0 {
            return problem(mark, "nothing is finer than a nanosecond");
        }
        match self
            .whole
            .checked_mul(unit.nanos())
            .and_then(|nanos| nanos.checked_add(parts / scale))
        {
            Some(nanos) => Ok(nanos),
            None => problem(mark, "this number is too large"),
        }
    }
}
