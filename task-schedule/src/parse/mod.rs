//! From text to a schedule: which kind it is, and what may follow it.

pub(crate) mod clock;
mod cron;
mod cursor;
mod hints;
mod iso;
mod once;
mod options;
mod recurring;
mod span;
mod weekdays;
mod words;

use std::time::Duration;

use self::{
    cursor::{Cursor, Parsed, Problem, Token},
    options::Options,
};
use crate::{
    error::{Error, Reason},
    schedule::{Kind, Schedule},
    until::{Limit, Until},
    window::{Between, Days},
    zone::Zone,
};

/// Any schedule.
pub(crate) fn schedule(text: &str) -> Result<Schedule, Error> {
    read(text, "schedule", |cursor| {
        if cursor.eat_word("delay").is_some() {
            let kind = recurring::delay(cursor)?;
            return finish(cursor, kind);
        }
        if cursor.eat_word("at").is_some() {
            let kind = once::once(cursor)?;
            return finish(cursor, kind);
        }
        if cursor.eat_word("cron").is_some() || cursor.rest().starts_with('@') {
            let kind = cron::cron(cursor)?;
            return finish(cursor, kind);
        }
        if cron::is_bare(text) {
            let start = text.len() - cursor.rest().len();
            let fields = text.trim();
            return cursor::problem(
                start..start + fields.len(),
                format!("a cron expression needs `cron`, write `cron {fields}`"),
            );
        }
        if let Some(token) = once::peek_date(cursor) {
            let text = cursor.rest().trim_end();
            return token.problem(format!("a single date needs `at`, write `at {text}`"));
        }
        every_phrase(cursor)
    })
}

/// A recurring schedule, with or without `every`.
pub(crate) fn every(text: &str) -> Result<Schedule, Error> {
    read(text, "schedule", |cursor| {
        if let Some(token) = cursor
            .peek_word()
            .filter(|token| token.is("delay") || token.is("at"))
        {
            let word = token.text;
            return token.problem(format!(
                "`{word}` is not recurring, write something such as `30s` or `day at 10:30`"
            ));
        }
        every_phrase(cursor)
    })
}

/// A delay, with or without `delay`.
pub(crate) fn delay(text: &str) -> Result<Schedule, Error> {
    read(text, "delay", |cursor| {
        if let Some(token) = cursor.peek_word().filter(|token| token.is("every")) {
            return token
                .problem("a delay is only a span, write something such as `30s` or `5s to 10s`");
        }
        cursor.eat_word("delay");
        let kind = recurring::delay(cursor)?;
        finish(cursor, kind)
    })
}

/// A cron expression, with or without `cron`.
pub(crate) fn cron(text: &str) -> Result<Schedule, Error> {
    read(text, "cron expression", |cursor| {
        cursor.eat_word("cron");
        let kind = cron::cron(cursor)?;
        finish(cursor, kind)
    })
}

/// A date and time, with or without `at`.
pub(crate) fn once(text: &str) -> Result<Schedule, Error> {
    read(text, "date and time", |cursor| {
        cursor.eat_word("at");
        let kind = once::once(cursor)?;
        finish(cursor, kind)
    })
}

/// Reads a span of time, such as `30s`, `1h 30m` or `PT90M`.
///
/// A day is 24 hours here. The numbers are followed by units in falling order;
/// see the [crate](crate) for how they may be written.
///
/// # Errors
///
/// The text is no span, is zero, or is more than 2^64 nanoseconds (584 years).
///
/// ```
/// use std::time::Duration;
/// use task_schedule::parse_span;
///
/// assert_eq!(parse_span("1.5h")?, Duration::from_secs(5400));
/// assert_eq!(parse_span("1 day, 2 hours and 3 minutes")?, Duration::from_secs(93_780));
/// assert!(parse_span("30").is_err());
/// # Ok::<(), task_schedule::Error>(())
/// ```
pub fn parse_span(text: &str) -> Result<Duration, Error> {
    read(text, "span", |cursor| {
        let span = span::span(cursor)?;
        let interval = span.interval()?;
        words::expect_end(cursor)?;
        Ok(interval.period())
    })
}

/// Reads one span, or two that go up: `10s`, `1s to 1m`, `1 to 5 minutes`.
///
/// # Errors
///
/// The text is neither, or the second span is shorter than the first.
///
/// ```
/// use std::time::Duration;
/// use task_schedule::parse_spans;
///
/// let second = Duration::from_secs(1);
/// assert_eq!(parse_spans("10s")?, (10 * second, None));
/// assert_eq!(parse_spans("1s to 1m")?, (second, Some(60 * second)));
/// assert!(parse_spans("1m to 1s").is_err());
/// # Ok::<(), task_schedule::Error>(())
/// ```
pub fn parse_spans(text: &str) -> Result<(Duration, Option<Duration>), Error> {
    read(text, "span", |cursor| {
        let (min, max) = recurring::spans(cursor)?;
        words::expect_end(cursor)?;
        Ok((min, Some(max).filter(|max| *max != min)))
    })
}

/// A limit on its own.
pub(crate) fn until(text: &str) -> Result<Until, Error> {
    read(text, "limit", |cursor| {
        let limit = match cursor.eat_word("for") {
            Some(_) => span_limit(cursor)?,
            None => match once::limit(cursor)? {
                Some(limit) => limit,
                None => span_limit(cursor)?,
            },
        };
        words::expect_end(cursor)?;
        Ok(Until(limit))
    })
}

/// The hours of a window on their own.
pub(crate) fn between(text: &str) -> Result<Between, Error> {
    read(text, "window", |cursor| {
        cursor.eat_word("between");
        let between = options::hours(cursor)?;
        words::expect_end(cursor)?;
        Ok(between)
    })
}

/// Days of the week on their own.
pub(crate) fn days(text: &str) -> Result<Days, Error> {
    read(text, "list of days", |cursor| {
        cursor.eat_word("on");
        let days = options::days(cursor)?;
        words::expect_end(cursor)?;
        Ok(days)
    })
}

/// Runs a reader and gives its mistakes their text.
fn read<'a, T>(
    text: &'a str,
    noun: &'static str,
    reader: impl FnOnce(&mut Cursor<'a>) -> Parsed<T>,
) -> Result<T, Error> {
    let mut cursor = begin(text, noun)?;
    reader(&mut cursor).map_err(|Problem { reason, mark }| Error::in_text(reason, noun, text, mark))
}

fn begin<'a>(text: &'a str, noun: &'static str) -> Result<Cursor<'a>, Error> {
    if text.trim().is_empty() {
        return Err(Error::new(format!(
            "the {noun} is empty, write {}",
            words::example(noun)
        )));
    }
    Ok(Cursor::new(text))
}

fn every_phrase<'a>(cursor: &mut Cursor<'a>) -> Parsed<Schedule> {
    cursor.eat_word("every");
    if cursor.is_at_end() {
        return cursor
            .missing("every what? write something such as `every 30s` or `every day at 10:30`");
    }
    if let Some(token) = once::peek_date(cursor) {
        return token
            .problem("a date happens once, write something such as `30s` or `day at 10:30`");
    }
    let kind = recurring::recurring(cursor)?;
    finish(cursor, kind)
}

/// Reads what follows the kind: `between`, `on`, `gap`, `fold`, `until`,
/// `for` and `in`, in any order.
fn finish(cursor: &mut Cursor<'_>, kind: Kind) -> Parsed<Schedule> {
    let mut schedule = Schedule::from(kind);
    let mut zone_token = None;
    let mut options = Options::default();
    while !cursor.is_at_end() {
        if let Some(word) = cursor.eat_word("until") {
            set_once(&mut schedule.until, until_limit(cursor)?, word)?;
        } else if let Some(word) = cursor.eat_word("for") {
            set_once(&mut schedule.until, Until(span_limit(cursor)?), word)?;
        } else if let Some(word) = cursor.eat_word("in") {
            let (zone, token) = zone(cursor)?;
            set_once(&mut schedule.zone, zone, word)?;
            zone_token = Some((word, token));
        } else if !options.eat(cursor)? {
            break;
        }
    }
    words::expect_end(cursor)?;
    let schedule = options.apply(schedule)?;
    if let Some((word, token)) = zone_token.filter(|_| !schedule.uses_timezone()) {
        let name = token.text;
        let why = if schedule.is_once() {
            "an instant with an offset"
        } else {
            "elapsed time"
        };
        return cursor::problem(
            word.up_to(token),
            format!("a time zone means nothing to {why}, leave `in {name}` out"),
        );
    }
    Ok(schedule)
}

fn set_once<T>(place: &mut Option<T>, value: T, word: Token<'_>) -> Parsed<()> {
    match place.replace(value) {
        Some(_) => said_twice(word),
        None => Ok(()),
    }
}

fn said_twice(word: Token<'_>) -> Parsed<()> {
    let text = word.text;
    word.problem(match text.to_lowercase().as_str() {
        "between" => {
            format!("a second `{text}`, for several windows write a list of schedules")
        }
        "on" => format!("a second `{text}`, write all the days behind one"),
        "gap" | "fold" => format!("a second `{text}`, there can be one"),
        _ => format!("a second `{text}`, there can be one limit and one time zone"),
    })
}

fn until_limit(cursor: &mut Cursor<'_>) -> Parsed<Until> {
    if let Some(limit) = once::limit(cursor)? {
        return Ok(Until(limit));
    }
    match cursor.peek_chunk() {
        Some(token) if span::span(&mut cursor.clone()).is_ok() => {
            let end = cursor.rest().trim_end();
            token.problem(format!("`until` takes a time, write `for {end}`"))
        }
        Some(token) => token.problem(format!(
            "`{}` is not a time, write something such as `until 2026-12-24 18:00` or `until 18:00`",
            token.text
        )),
        None => cursor.missing(
            "until when? write something such as `until 2026-12-24 18:00` or `until 18:00`",
        ),
    }
}

fn span_limit(cursor: &mut Cursor<'_>) -> Parsed<Limit> {
    if cursor.is_at_end() {
        return cursor.missing("for how long? write something such as `for 1h`");
    }
    let span = span::span(cursor)?;
    span.duration().map(Limit::Span)
}

fn zone<'a>(cursor: &mut Cursor<'a>) -> Parsed<(Zone, Token<'a>)> {
    let Some(token) = cursor.peek_chunk() else {
        return cursor.missing("in which time zone? write something such as `in Europe/Berlin`");
    };
    cursor.take(token);
    match token.text.parse() {
        Ok(zone) => Ok((zone, token)),
        Err(error) => Err(Problem {
            reason: Reason::from(error),
            mark: token.start..token.end,
        }),
    }
}
