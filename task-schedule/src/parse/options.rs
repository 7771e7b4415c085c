//! What a phrase says about its fires behind saying when: between which hours,
//! on which days, and what happens when the clock is changed.

use std::{ops::Range, str::FromStr};

use super::{
    clock,
    cursor::{Cursor, Parsed, Problem, Token},
    set_once, weekdays,
};
use crate::{
    clock_change::{Fold, Gap},
    error::{Error, Reason},
    schedule::Schedule,
    window::{Between, Days},
};

/// What was read, and where.
#[derive(Default)]
pub(super) struct Options {
    between: Option<(Between, Range<usize>)>,
    days: Option<(Days, Range<usize>)>,
    gap: Option<(Gap, Range<usize>)>,
    fold: Option<(Fold, Range<usize>)>,
}

impl Options {
    /// Reads one option if the next word begins one.
    pub(super) fn eat(&mut self, cursor: &mut Cursor<'_>) -> Parsed<bool> {
        if let Some(word) = cursor.eat_word("between") {
            let hours = hours(cursor)?;
            set_once(&mut self.between, (hours, since(word, cursor)), word)?;
        } else if let Some(word) = cursor.eat_word("on") {
            let days = days(cursor)?;
            set_once(&mut self.days, (days, since(word, cursor)), word)?;
        } else if let Some(word) = cursor.eat_word("gap") {
            let gap = choice(cursor, Gap::NAMES, word)?;
            set_once(&mut self.gap, (gap, since(word, cursor)), word)?;
        } else if let Some(word) = cursor.eat_word("fold") {
            let fold = choice(cursor, Fold::NAMES, word)?;
            set_once(&mut self.fold, (fold, since(word, cursor)), word)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// The schedule with these options.
    pub(super) fn apply(self, schedule: Schedule) -> Parsed<Schedule> {
        let schedule = with(schedule, self.between, Schedule::between)?;
        let schedule = with(schedule, self.days, Schedule::days)?;
        let schedule = with(schedule, self.gap, Schedule::gap)?;
        with(schedule, self.fold, Schedule::fold)
    }
}

fn with<T>(
    schedule: Schedule,
    option: Option<(T, Range<usize>)>,
    apply: impl FnOnce(Schedule, T) -> Result<Schedule, Error>,
) -> Parsed<Schedule> {
    match option {
        Some((value, mark)) => apply(schedule, value).map_err(|error| at(error, mark)),
        None => Ok(schedule),
    }
}

fn at(error: Error, mark: Range<usize>) -> Problem {
    Problem {
        reason: Reason::from(error),
        mark,
    }
}

/// From `word` to where the cursor is.
fn since(word: Token<'_>, cursor: &Cursor<'_>) -> Range<usize> {
    word.start..cursor.position()
}

/// `09:00 to 17:00`, `09:00 and 17:00`.
pub(super) fn hours(cursor: &mut Cursor<'_>) -> Parsed<Between> {
    let Some(first) = cursor.peek_chunk() else {
        return cursor
            .missing("between which hours? write something such as `between 09:00 and 17:00`");
    };
    if let Some((from, to)) = first.text.split_once('-') {
        if clock::time_of_day(from).is_ok() && clock::time_of_day(to).is_ok() {
            return first.problem(format!("write `{from} to {to}`"));
        }
    }
    let from = clock::eat(cursor, clock::time_of_day)?;
    if cursor.eat_word("to").is_none() && cursor.eat_word("and").is_none() {
        let example = format!("write something such as `{} to 17:00`", first.text);
        return match cursor.peek_chunk() {
            Some(chunk) => chunk.problem(format!("the end is missing before this, {example}")),
            None => cursor.missing(format!("the end is missing here, {example}")),
        };
    }
    if cursor.is_at_end() {
        let example = format!("write something such as `{} to 17:00`", first.text);
        return cursor.missing(format!("the end is missing here, {example}"));
    }
    let to = clock::eat(cursor, clock::time_of_day)?;
    Between::new(from, to).map_err(|error| at(error, first.start..cursor.position()))
}

/// Days of the week, but not all.
pub(super) fn days(cursor: &mut Cursor<'_>) -> Parsed<Days> {
    let start = cursor.text().len() - cursor.rest().len();
    let days = weekdays::expect(cursor)?;
    Days::of(days).map_err(|error| at(error, start..cursor.position()))
}

/// One of three words, the value of `key`.
fn choice<T: FromStr<Err = Error>>(
    cursor: &mut Cursor<'_>,
    names: [&str; 3],
    key: Token<'_>,
) -> Parsed<T> {
    let Some(chunk) = cursor.peek_chunk() else {
        let [one, other, third] = names;
        return cursor.missing(format!(
            "which {}? write `{one}`, `{other}` or `{third}`",
            key.text
        ));
    };
    cursor.take(chunk);
    chunk
        .text
        .parse()
        .map_err(|error| at(error, chunk.start..chunk.end))
}
