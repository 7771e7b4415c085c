//! Where a cron expression ends, and what it is short for.

use super::{
    cursor::{Cursor, Parsed, Problem, Token},
    span,
};
use crate::{
    cron::{self, Mistake, Piece},
    error::Reason,
    interval::Spacing,
    schedule::Kind,
};

/// What may follow the fields.
const FOLLOWING: [&str; 7] = ["until", "for", "in", "between", "on", "gap", "fold"];

/// The fields of an expression, or something such as `@daily`.
pub(super) fn cron(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    if cursor.rest().starts_with('@') {
        return short(cursor);
    }
    let mut fields = Vec::with_capacity(8);
    while let Some(chunk) = cursor.peek_chunk().filter(|chunk| !follows(*chunk)) {
        if fields.is_empty() && chunk.text.contains("TZ=") {
            return chunk.problem("the time zone comes last, write something such as `in UTC`");
        }
        fields.push(Piece {
            text: chunk.text,
            start: chunk.start,
        });
        cursor.take(chunk);
    }
    if fields.is_empty() {
        return cursor
            .missing("there are no fields, write something such as `0 9 * * mon-fri` or `@daily`");
    }
    read(&fields)
}

fn follows(chunk: Token<'_>) -> bool {
    let is_word = chunk.text.starts_with(|c: char| c.is_ascii_alphabetic());
    is_word && FOLLOWING.iter().any(|word| chunk.is(word))
}

fn read(fields: &[Piece<'_>]) -> Parsed<Kind> {
    match cron::expression(fields) {
        Ok(cron) => Ok(Kind::Cron(cron)),
        Err(Mistake { message, mark }) => Err(Problem {
            reason: Reason::Message(message),
            mark,
        }),
    }
}

/// `@daily` and its kin, `@every 5m`.
fn short(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    let Some(name) = cursor.peek_chunk() else {
        return cursor.missing("there is nothing after this");
    };
    cursor.take(name);
    if let Some(fields) = cron::of_macro(name.text) {
        let start = name.start;
        let mut pieces = Vec::new();
        for text in fields.split(' ') {
            pieces.push(Piece { text, start });
        }
        return read(&pieces);
    }
    if name.is("@every") {
        if cursor.is_at_end() {
            return cursor.missing("every what? write something such as `@every 1h 30m`");
        }
        let span = span::span(cursor)?;
        return Ok(Kind::Interval(Spacing::Fixed(span.interval()?)));
    }
    if name.is("@reboot") {
        return name.problem("a job that runs when the program starts has `start = \"now\"`");
    }
    let mut known = Vec::new();
    for (name, _) in cron::MACROS {
        known.push(name);
    }
    known.push("@every");
    match crate::nearest(name.text, known) {
        Some(nearest) => name.problem(format!(
            "unknown `{}`, did you mean `{nearest}`?",
            name.text
        )),
        None => name.problem(format!(
            "unknown `{}`, write `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly` or \
             `@every 1h`",
            name.text
        )),
    }
}

/// A text that is an expression without the word `cron`.
pub(super) fn is_bare(text: &str) -> bool {
    let fields = || text.split_whitespace();
    let is_field = |field: &str| {
        field
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"*/,-#?".contains(&byte))
    };
    fields().count() >= 5
        && fields().take(5).all(is_field)
        && fields().take(5).any(|field| field.starts_with(['*', '?']))
}
