//! Dates and times: `2026-12-24 18:00`, `2026-12-24T17:00:00Z`.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};

use super::{
    clock,
    cursor::{Cursor, Parsed, Token, problem},
};
use crate::{instant::Moment, schedule::Kind, until::Limit};

/// What comes after `at`.
pub(super) fn once(cursor: &mut Cursor<'_>) -> Parsed<Kind> {
    let Some(chunk) = cursor.peek_chunk() else {
        return cursor
            .missing("at which date and time? write something such as `at 2026-12-24 18:00`");
    };
    let Some(date) = date(cursor)? else {
        let text = chunk.text;
        if text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(':') {
            return chunk.problem(format!(
                "on which date? write `2026-12-24 {text}`, or `every day at {text}`"
            ));
        }
        return chunk.problem(format!(
            "`{text}` is not a date, which is written `2026-12-24`"
        ));
    };
    match moment(cursor, date)? {
        Some(moment) => Ok(Kind::Once(moment)),
        None => cursor.missing(format!(
            "at what time? write something such as `{date} 18:00`"
        )),
    }
}

/// A date, a date and time, or a time of day; `None` if it is none of these.
pub(super) fn limit(cursor: &mut Cursor<'_>) -> Parsed<Option<Limit>> {
    if let Some(date) = date(cursor)? {
        let moment = moment(cursor, date)?;
        let midnight = Moment::Wall(date.and_time(NaiveTime::MIN));
        return Ok(Some(Limit::Moment(moment.unwrap_or(midnight))));
    }
    let is_time = |token: &Token<'_>| {
        token.text.starts_with(|c: char| c.is_ascii_digit()) && token.text.contains(':')
    };
    match cursor.peek_chunk().filter(is_time) {
        Some(_) => Ok(Some(Limit::TimeOfDay(clock::eat(cursor, fine_time)?))),
        None => Ok(None),
    }
}

/// What looks like a date, right or wrong.
pub(super) fn peek_date<'a>(cursor: &Cursor<'a>) -> Option<Token<'a>> {
    let token = cursor.peek_while(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | '/' | '.'))?;
    let separators: Vec<char> = token.text[1..]
        .chars()
        .filter(|c| !c.is_ascii_digit())
        .collect();
    let is_date = matches!(*separators, ['-', '-', ..] | ['/', '/'] | ['.', '.']);
    // A unit right behind it makes it a wrong number: `1.5.5h`.
    let is_number = cursor.text()[token.end..]
        .starts_with(|c: char| c.is_alphabetic() && !matches!(c, 'T' | 't'));
    (is_date && !is_number).then_some(token)
}

fn date(cursor: &mut Cursor<'_>) -> Parsed<Option<NaiveDate>> {
    let Some(token) = peek_date(cursor) else {
        return Ok(None);
    };
    let (sign, digits) = match token.text.strip_prefix(['+', '-']) {
        Some(digits) => (&token.text[..1], digits),
        None => ("", token.text),
    };
    let parts: Vec<&str> = digits.split('-').collect();
    let [year, month, day] = *parts else {
        return token.problem(format!(
            "`{}` is not a date, which is written `2026-12-24`",
            token.text
        ));
    };
    // More than four digits need a sign, as in ISO 8601.
    let year_fits = if sign.is_empty() {
        year.len() == 4
    } else {
        (4..=6).contains(&year.len())
    };
    let numbers = (format!("{sign}{year}").parse(), month.parse(), day.parse());
    let (Ok(y), Ok(m), Ok(d)) = numbers else {
        return token.problem(format!(
            "`{}` is not a date, which is written `2026-12-24`",
            token.text
        ));
    };
    if !year_fits || month.len() != 2 || day.len() != 2 {
        return token.problem(format!(
            "`{}` is not a date, which is written `2026-12-24`",
            token.text
        ));
    }
    match NaiveDate::from_ymd_opt(y, m, d) {
        Some(date) => {
            cursor.take(token);
            Ok(Some(date))
        }
        None => token.problem(format!("there is no date `{}`", token.text)),
    }
}

/// The time after `date`, and its offset; `None` if there is none.
fn moment(cursor: &mut Cursor<'_>, date: NaiveDate) -> Parsed<Option<Moment>> {
    let joined = matches!(cursor.next_char(), Some('T' | 't'));
    if joined {
        cursor.eat_either('T', 't');
    }
    let Some(token) = cursor.peek_while(|c| c.is_ascii_digit() || matches!(c, ':' | '.')) else {
        return if joined {
            cursor.missing("the time is missing here")
        } else {
            Ok(None)
        };
    };
    cursor.take(token);
    if let Some(half) = cursor
        .peek_word()
        .filter(|word| word.is("am") || word.is("pm"))
    {
        return problem(
            token.up_to(half),
            super::hints::twelve_hours(token.text, half.text),
        );
    }
    let time = fine_time(token.text).or_else(|message| token.problem(message))?;
    let local = date.and_time(time);
    match offset(cursor)? {
        None => Ok(Some(Moment::Wall(local))),
        Some((offset, mark)) => in_offset(local, offset, token.up_to(mark)).map(Some),
    }
}

fn in_offset(
    local: NaiveDateTime,
    offset: FixedOffset,
    mark: std::ops::Range<usize>,
) -> Parsed<Moment> {
    match offset.from_local_datetime(&local).single() {
        Some(t) => Ok(Moment::Instant(t.with_timezone(&Utc))),
        None => problem(mark, "this is beyond the ends of time"),
    }
}

/// A time of day, perhaps with a fraction of a second.
fn fine_time(text: &str) -> Result<NaiveTime, String> {
    let Some((whole, fraction)) = text.split_once('.') else {
        return clock::time_of_day(text);
    };
    let time = clock::time_of_day(whole)?;
    let is_number =
        (1..=9).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let has_seconds = whole.len() == "HH:MM:SS".len();
    match format!("{fraction:0<9}").parse() {
        Ok(nanos) if is_number && has_seconds => Ok(time + chrono::TimeDelta::nanoseconds(nanos)),
        _ => Err(format!(
            "`{text}` is not a time, which is written `HH:MM` or `HH:MM:SS`"
        )),
    }
}

/// `Z`, `+01:00`, `-0530`.
fn offset<'a>(cursor: &mut Cursor<'a>) -> Parsed<Option<(FixedOffset, Token<'a>)>> {
    if let Some(token) = cursor.eat_word("z") {
        return Ok(FixedOffset::east_opt(0).map(|utc| (utc, token)));
    }
    if !cursor.rest().starts_with(['+', '-']) {
        return Ok(None);
    }
    let Some(token) = cursor.peek_chunk() else {
        return Ok(None);
    };
    let digits = match (token.text.len(), token.text.as_bytes().get(3)) {
        (6, Some(b':')) => format!("{}{}", &token.text[1..3], &token.text[4..]),
        (5, _) => token.text[1..].to_owned(),
        _ => String::new(),
    };
    let secs = match digits.parse::<i32>() {
        Ok(number) if digits.bytes().all(|byte| byte.is_ascii_digit()) && number % 100 < 60 => {
            let secs = number / 100 * 3600 + number % 100 * 60;
            if token.text.starts_with('-') {
                -secs
            } else {
                secs
            }
        }
        _ => {
            return token.problem(format!(
                "`{}` is not an offset, which is written `+01:00` or `Z`",
                token.text
            ));
        }
    };
    match FixedOffset::east_opt(secs) {
        Some(offset) => {
            cursor.take(token);
            Ok(Some((offset, token)))
        }
        None => token.problem("an offset is less than a day"),
    }
}
