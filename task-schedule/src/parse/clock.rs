//! Times of day and minutes of the hour, strictly: two digits everywhere.

use chrono::NaiveTime;

use super::{
    cursor::{Cursor, Parsed},
    hints,
};

/// Reads everything up to the next blank with `read`.
pub(super) fn eat<T>(
    cursor: &mut Cursor<'_>,
    read: impl Fn(&str) -> Result<T, String>,
) -> Parsed<T> {
    let Some(token) = cursor.peek_while(|c| !c.is_whitespace() && c != ',') else {
        return cursor
            .missing("at what time? write something such as `day at 10:30` or `hour at :15`");
    };
    cursor.take(token);
    // `9 am` and `9:30 pm` are two chunks.
    if let Some(half) = cursor
        .peek_word()
        .filter(|word| word.is("am") || word.is("pm"))
    {
        return super::cursor::problem(
            token.up_to(half),
            hints::twelve_hours(token.text, half.text),
        );
    }
    read(token.text).or_else(|message| token.problem(message))
}

/// `HH:MM` or `HH:MM:SS`.
pub(crate) fn time_of_day(text: &str) -> Result<NaiveTime, String> {
    let parts: Vec<&str> = text.split(':').collect();
    let (hour, minute, second) = match *parts {
        [hour, minute] => (hour, minute, "00"),
        [hour, minute, second] => (hour, minute, second),
        _ => return Err(not_a_time(text)),
    };
    if hour.len() == 1 && two_digits(minute).is_some() && two_digits(second).is_some() {
        return match hour.parse::<u32>() {
            Ok(_) => Err(format!("an hour has two digits, write `0{text}`")),
            Err(_) => Err(not_a_time(text)),
        };
    }
    let (Some(h), Some(m), Some(s)) = (two_digits(hour), two_digits(minute), two_digits(second))
    else {
        return Err(not_a_time(text));
    };
    if h == 24 && m == 0 && s == 0 {
        return Err(format!(
            "hours go from 00 to 23, write `00:{minute}` for midnight"
        ));
    }
    if h > 23 {
        return Err(format!("hours go from 00 to 23, not {hour}"));
    }
    let m = up_to_59(m, "minutes")?;
    let s = up_to_59(s, "seconds")?;
    NaiveTime::from_hms_opt(h, m, s).ok_or_else(|| not_a_time(text))
}

/// `:MM` or `:MM:SS`, in seconds.
pub(crate) fn minute_of_hour(text: &str) -> Result<u32, String> {
    let parts: Vec<&str> = text.split(':').collect();
    let (minute, second) = match *parts {
        ["", minute] => (minute, "00"),
        ["", minute, second] => (minute, second),
        [minute, second] if two_digits(minute).is_some() && two_digits(second).is_some() => {
            return Err(format!(
                "write `hour at :{text}` for a minute and second, or `day at {text}` for a time of day"
            ));
        }
        [minute] if two_digits(minute).is_some() => {
            return Err(format!("write `:{text}` for a minute of the hour"));
        }
        _ => return Err(not_a_minute(text)),
    };
    match (two_digits(minute), two_digits(second)) {
        (Some(minute), Some(second)) => {
            Ok(up_to_59(minute, "minutes")? * 60 + up_to_59(second, "seconds")?)
        }
        _ => Err(not_a_minute(text)),
    }
}

/// `:MM` or `MM:SS`, in seconds, as the fluent builder has it from Python.
pub(crate) fn within_hour(text: &str) -> Result<u32, String> {
    let expected =
        || format!("`{text}` is not a time within an hour, which is written `:MM` or `MM:SS`");
    let (minute, second) = match text.split_once(':') {
        Some(("", minute)) => (minute, "00"),
        Some((minute, second)) => (minute, second),
        None => return Err(expected()),
    };
    match (two_digits(minute), two_digits(second)) {
        (Some(minute), Some(second)) => {
            Ok(up_to_59(minute, "minutes")? * 60 + up_to_59(second, "seconds")?)
        }
        _ => Err(expected()),
    }
}

/// `:SS`.
pub(crate) fn within_minute(text: &str) -> Result<u32, String> {
    if two_digits(text).is_some() {
        return Err(format!("write `:{text}` for a second of the minute"));
    }
    match text.strip_prefix(':').and_then(two_digits) {
        Some(second) => up_to_59(second, "seconds"),
        None => Err(format!(
            "`{text}` is not a second of the minute, which is written `:SS`"
        )),
    }
}

fn two_digits(text: &str) -> Option<u32> {
    let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

fn up_to_59(number: u32, what: &str) -> Result<u32, String> {
    if number > 59 {
        return Err(format!("{what} go from 00 to 59, not {number}"));
    }
    Ok(number)
}

fn not_a_minute(text: &str) -> String {
    format!("`{text}` is not a minute of the hour, which is written `:MM` or `:MM:SS`")
}

fn not_a_time(text: &str) -> String {
    let lower = text.to_lowercase();
    if let Some(time) = lower.strip_suffix("am") {
        return hints::twelve_hours(time, "am");
    }
    if let Some(time) = lower.strip_suffix("pm") {
        return hints::twelve_hours(time, "pm");
    }
    match lower.as_str() {
        "noon" => return "write `12:00` for noon".to_owned(),
        "midnight" => return "write `00:00` for midnight".to_owned(),
        _ => {}
    }
    if let Some(minute) = text
        .strip_prefix(':')
        .filter(|text| two_digits(text).is_some())
    {
        return format!(
            "`{text}` has no hour, write something such as `09:{minute}`, or `hour at {text}`"
        );
    }
    format!("`{text}` is not a time of day, which is written `HH:MM` or `HH:MM:SS`")
}
