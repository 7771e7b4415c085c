//! ISO 8601 durations: `P1W`, `P1DT12H`, `PT1H30M`.

use super::{
    cursor::{Cursor, Parsed, Token, problem},
    hints,
    span::{self, Span},
};
use crate::unit::Unit;

/// Reads a duration, if there is one next.
pub(super) fn span(cursor: &mut Cursor<'_>) -> Parsed<Option<Span>> {
    let Some(token) = peek(cursor) else {
        return Ok(None);
    };
    let mut inside = cursor.inside(token);
    cursor.take(token);
    inside.eat_either('P', 'p');
    let mut in_time = false;
    let mut whole: Option<Span> = None;
    while !inside.is_at_end() {
        if !in_time && inside.eat_either('T', 't') {
            in_time = true;
        }
        let part = part(&mut inside, in_time)?;
        match &mut whole {
            None => whole = Some(part),
            Some(whole) => whole.push(part)?,
        }
    }
    match whole {
        Some(span) => Ok(Some(span.marked(token))),
        None => {
            token.problem("there is nothing after `P`, write something such as `P1D` or `PT1H30M`")
        }
    }
}

fn peek<'a>(cursor: &Cursor<'a>) -> Option<Token<'a>> {
    let chunk = cursor.peek_chunk()?;
    let rest = chunk.text.strip_prefix(['P', 'p'])?;
    // `P` and `PT` are none, but are meant to be one.
    let rest = rest.strip_prefix(['T', 't']).unwrap_or(rest);
    let is_one = rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit());
    is_one.then_some(chunk)
}

/// A number and the letter of its unit, which means another one after `T`.
fn part(inside: &mut Cursor<'_>, in_time: bool) -> Parsed<Span> {
    let Some(rest) = inside.peek_chunk() else {
        return inside.missing("there is nothing after `T`, write something such as `PT1H30M`");
    };
    let number = span::number(inside)?;
    let Some(letter) = inside.peek_letter() else {
        return rest.problem(format!("`{}` has no unit", number.token.text));
    };
    let mark = number.token.up_to(letter);
    let unit = match (letter.text.to_uppercase().as_str(), in_time) {
        ("W", false) => Unit::Week,
        ("D", false) => Unit::Day,
        ("H", true) => Unit::Hour,
        ("M", true) => Unit::Minute,
        ("S", true) => Unit::Second,
        ("Y" | "M", false) => return hints::not_fixed(mark),
        (_, false) => {
            return problem(
                mark,
                format!(
                    "`{}` is no unit here, only `W` and `D` are before `T`",
                    letter.text
                ),
            );
        }
        (_, true) => {
            return problem(
                mark,
                format!(
                    "`{}` is no unit here, only `H`, `M` and `S` are after `T`",
                    letter.text
                ),
            );
        }
    };
    inside.take(letter);
    span::of_unit(number, unit, letter)
}
