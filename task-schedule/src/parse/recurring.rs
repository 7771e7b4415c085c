//! What comes after `every` and after `delay`.

use std::time::Duration;

use super::{
    clock,
    cursor::{Cursor, Parsed, Problem, Token, problem},
    hints,
    span::{self, Span},
    weekdays,
};
use crate::{
    calendar::{Calendar, Dates, DayUnit, Steps},
    error::Reason,
    interval::Spacing,
    schedule::Kind,
    unit::Unit,
    wall_grid::{GridUnit, WallGrid},
};

/// An interval, days, weekdays, or minutes and seconds of the clock.
pub(super) fn recurring(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    if let Some(days) = weekdays::weekdays(cursor)? {
        let at = match cursor.eat_word("at") {
            Some(_) => Some(clock::eat(cursor, clock::time_of_day)?),
            None => None,
        };
        return Ok(Kind::Calendar(Calendar {
            dates: Dates::On(days),
            at,
        }));
    }
    let range = match lone_unit(cursor) {
        Some(span) => Range {
            max: span.clone(),
            min: span,
        },
        None => range(cursor)?,
    };
    if let Some(at) = cursor.eat_word("at") {
        return at_time(cursor, &range, at);
    }
    if let Some(aligned) = cursor.peek_word().filter(|word| word.is("aligned")) {
        cursor.take(aligned);
        return range.aligned(aligned);
    }
    range.into_kind()
}

/// A span or a random one, both as elapsed time.
pub(super) fn delay(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    if cursor.is_at_end() {
        return cursor.missing("a delay of how long? write something such as `delay 30s`");
    }
    Ok(Kind::Delay(range(cursor)?.gap()?))
}

/// A span, or two that go up, each as elapsed time.
pub(super) fn spans(cursor: &mut Cursor<'_>) -> Parsed<(Duration, Duration)> {
    let (min, max) = range(cursor)?.gap()?.bounds();
    Ok((min.period(), max.period()))
}

/// From one span to another, or twice the same.
struct Range {
    min: Span,
    max: Span,
}

/// A unit without a number is one of it: `hour`. In the plural only before
/// `at`: `hours at :15`.
fn lone_unit(cursor: &mut Cursor<'_>) -> Option<Span> {
    let word = cursor.peek_word()?;
    let unit = Unit::of_word(word.text)?;
    let mut ahead = cursor.clone();
    ahead.take(word);
    let is_plural = word.text.len() == unit.name().len() + 1;
    let is_before_at = || ahead.peek_word().is_some_and(|next| next.is("at"));
    if word.is(unit.name()) || (is_plural && unit >= Unit::Minute && is_before_at()) {
        *cursor = ahead;
        return Some(span::one(unit, word));
    }
    None
}

/// `30s`, `5s to 10s`, `5 to 10 seconds`.
fn range(cursor: &mut Cursor<'_>) -> Parsed<Range> {
    let mut ahead = cursor.clone();
    if let Ok(number) = span::number(&mut ahead) {
        if ahead.eat_word("to").is_some() {
            let max = span_after_to(&mut ahead)?;
            // `5 to 10 seconds`: the unit is shared, so there must be one.
            let Some(unit) = max.only_unit() else {
                return hints::no_unit(&ahead, number.token, None);
            };
            *cursor = ahead;
            let min = span::of_unit(number, unit, number.token)?;
            return Range { min, max }.checked();
        }
    }
    let min = span::span(cursor)?;
    if cursor.eat_word("to").is_none() {
        return Ok(Range {
            max: min.clone(),
            min,
        });
    }
    let max = span_after_to(cursor)?;
    Range { min, max }.checked()
}

fn span_after_to(cursor: &mut Cursor<'_>) -> Parsed<Span> {
    if cursor.is_at_end() {
        return cursor.missing("to what? write something such as `5s to 10s`");
    }
    span::span(cursor)
}

impl Range {
    /// The second must not be shorter.
    fn checked(self) -> Parsed<Range> {
        self.gap()?;
        Ok(self)
    }

    fn is_single(&self) -> bool {
        self.min.nanos == self.max.nanos
    }

    fn mark(&self) -> std::ops::Range<usize> {
        self.min.mark.start..self.max.mark.end
    }

    /// As elapsed time.
    fn gap(&self) -> Parsed<Spacing> {
        let (min, max) = (self.min.interval()?, self.max.interval()?);
        Spacing::between(min, max).map_err(|error| self.problem(error))
    }

    /// As whole numbers of a unit.
    fn steps(&self, unit: Unit) -> Parsed<Steps> {
        let count = |span: &Span| span.nanos / unit.nanos();
        Steps::new(count(&self.min), count(&self.max), unit.nanos())
            .map_err(|error| self.problem(error))
    }

    fn problem(&self, error: crate::Error) -> Problem {
        Problem {
            reason: Reason::from(error),
            mark: self.mark(),
        }
    }

    /// The unit that both are a whole number of, as they were written.
    fn common_unit(&self) -> Option<Unit> {
        let (_, min) = self.min.count_of_unit()?;
        let (_, max) = self.max.count_of_unit()?;
        (min == max).then_some(min)
    }

    fn into_kind(self) -> Parsed<Kind> {
        if !(self.min.is_civil() && self.max.is_civil()) {
            return Ok(Kind::Interval(self.gap()?));
        }
        let (unit, day_unit) = match self.common_unit() {
            Some(Unit::Week) => (Unit::Week, DayUnit::Week),
            _ => (Unit::Day, DayUnit::Day),
        };
        self.gap()?;
        let dates = Dates::every(self.steps(unit)?, day_unit, None);
        Ok(Kind::Calendar(Calendar { dates, at: None }))
    }

    fn aligned(self, aligned: Token<'_>) -> Parsed<Kind> {
        if self.min.is_civil() {
            return aligned.problem(
                "days and weeks follow the calendar, write `day at 00:00`, or `24h aligned`",
            );
        }
        match self.gap()? {
            Spacing::Fixed(interval) => Ok(Kind::Aligned(interval)),
            Spacing::Random(_) => aligned.problem("a random interval cannot be aligned"),
        }
    }
}

/// What comes after `at`, which depends on the unit before it.
fn at_time(cursor: &mut Cursor<'_>, range: &Range, at: Token<'_>) -> Parsed<Kind> {
    let grid = |cursor: &mut Cursor<'_>, unit, grid_unit, read: fn(&str) -> Result<u32, String>| {
        let second = clock::eat(cursor, read)?;
        Ok(Kind::WallGrid(WallGrid {
            steps: range.steps(unit)?,
            unit: grid_unit,
            second,
        }))
    };
    match range.common_unit() {
        Some(Unit::Day) => {
            let time = Some(clock::eat(cursor, clock::time_of_day)?);
            let dates = Dates::every(range.steps(Unit::Day)?, DayUnit::Day, time);
            Ok(Kind::Calendar(Calendar { dates, at: time }))
        }
        Some(Unit::Hour) => grid(cursor, Unit::Hour, GridUnit::Hour, clock::minute_of_hour),
        Some(Unit::Minute) => grid(cursor, Unit::Minute, GridUnit::Minute, clock::within_minute),
        Some(Unit::Week) => {
            let time = cursor.peek_chunk().map_or("10:30", |chunk| chunk.text);
            let instead = match range.min.count_of_unit() {
                Some((weeks, _)) if range.is_single() => {
                    let days = weeks.saturating_mul(7);
                    if weeks == 1 {
                        format!("`monday at {time}` or `7 days at {time}`")
                    } else {
                        format!("`{days} days at {time}`")
                    }
                }
                _ => "it in days".to_owned(),
            };
            problem(
                range.min.mark.start..at.end,
                format!("a week has no time of day, write {instead}"),
            )
        }
        _ => problem(
            range.min.mark.start..at.end,
            "`at` goes with a whole number of minutes, hours or days, or with days of the week",
        ),
    }
}
