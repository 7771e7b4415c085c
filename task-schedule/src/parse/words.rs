//! What to say about words that cannot be read where they stand.

use super::{
    cursor::{Cursor, Parsed, Token, problem},
    hints, weekdays,
};
use crate::unit::Unit;

/// Something that can be read as a `noun`.
pub(super) fn example(noun: &str) -> &'static str {
    match noun {
        "delay" | "span" => "something such as `30s` or `1h 30m`",
        "date and time" => "something such as `2026-12-24 18:00`",
        "window" => "something such as `09:00 to 17:00`",
        "list of days" => "something such as `mon-fri`",
        "cron expression" => "something such as `0 9 * * mon-fri` or `@daily`",
        "limit" => "something such as `2026-12-24 18:00`, `18:00` or `1h`",
        _ => "something such as `every 30s` or `every day at 10:30`",
    }
}

/// `chunk` is neither a number nor a word that a phrase can begin with.
pub(super) fn cannot_begin<T>(cursor: &Cursor<'_>, chunk: Token<'_>) -> Parsed<T> {
    let Some(word) = cursor.peek_word() else {
        let text = chunk.text;
        return chunk.problem(format!(
            "`{text}` is unexpected, write something such as `30s`"
        ));
    };
    let text = word.text;
    let lower = text.to_lowercase();
    let after = cursor.rest()[text.len()..].trim();
    let instead = |instead: &str| word.problem(format!("write {instead} instead of `{text}`"));
    match lower.as_str() {
        "secondly" => instead("`second`"),
        "minutely" => instead("`minute`"),
        "hourly" if after.is_empty() => instead("`hour`, or `hour at :00`,"),
        "daily" if after.is_empty() => instead("`day at 00:00`"),
        "weekly" if after.is_empty() => instead("`week`, or `monday at 00:00`,"),
        "hourly" => instead("`hour`"),
        "daily" => instead("`day`"),
        "weekly" => instead("a day such as `monday`"),
        "every" | "delay" => word.problem(format!(
            "`{text}` begins a schedule, it is not possible here"
        )),
        "monthly" | "quarterly" | "yearly" | "annually" | "month" | "months" | "quarter"
        | "year" | "years" | "fortnight" => hints::not_fixed(word.start..word.end),
        "half" => {
            let whole = cursor.rest().trim_end().len();
            problem(
                word.start..word.start + whole,
                "write the number in digits, such as `30m`",
            )
        }
        "in" => word.problem(format!(
            "`in` is for time zones, write `every {after}` or `delay {after}`"
        )),
        "other" => word.problem(format!(
            "write the number: `2 {}s`",
            after.trim_end_matches('s')
        )),
        _ => unknown(cursor, word, &lower, after),
    }
}

fn unknown<T>(cursor: &Cursor<'_>, word: Token<'_>, lower: &str, after: &str) -> Parsed<T> {
    let text = word.text;
    if let Some(number) = number_word(lower) {
        return word.problem(format!("write the number in digits: `{number} {after}`"));
    }
    if let Some(unit) = Unit::of_word(text) {
        let mut behind = cursor.clone();
        behind.take(word);
        let digits = behind
            .peek_while(|c| c.is_ascii_digit())
            .filter(|digits| digits.start == word.end);
        return match digits {
            Some(digits) => problem(
                word.up_to(digits),
                format!("the number comes first, write `{}{text}`", digits.text),
            ),
            None => {
                let (short, name) = (unit.short(), unit.name());
                word.problem(format!("how many? write `5{short}`, or `{name}` for one"))
            }
        };
    }
    let mut known = hints::unit_words();
    known.extend_from_slice(&weekdays::NAMES);
    known.extend_from_slice(&[
        "every", "delay", "weekday", "weekend", "hourly", "daily", "weekly",
    ]);
    match crate::nearest(text, known) {
        Some(nearest) if nearest == lower => word.problem(format!("`{text}` is not possible here")),
        Some(nearest) => word.problem(format!("unknown word `{text}`, did you mean `{nearest}`?")),
        None => word.problem(format!(
            "unknown word `{text}`, write something such as `30s` or `day at 10:30`"
        )),
    }
}

pub(super) fn is_weekday(word: &str) -> bool {
    weekdays::day_of_word(word).is_some()
        || matches!(word, "weekday" | "weekdays" | "weekend" | "weekends")
}

fn number_word(word: &str) -> Option<u32> {
    Some(match word {
        "one" => 1,
        "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "eleven" => 11,
        "twelve" => 12,
        "fifteen" => 15,
        "twenty" => 20,
        "thirty" => 30,
        "forty" => 40,
        "sixty" => 60,
        "ninety" => 90,
        _ => return None,
    })
}

/// What can be behind the beginning of a phrase.
const EXPECTED: [&str; 11] = [
    "at", "to", "between", "on", "gap", "fold", "until", "for", "in", "aligned", "and",
];

/// Nothing may follow.
pub(super) fn expect_end(cursor: &Cursor<'_>) -> Parsed<()> {
    let Some(chunk) = cursor.peek_chunk() else {
        return Ok(());
    };
    let text = chunk.text;
    let before = cursor.text()[..cursor.position()].trim();
    if text.contains(':') && text.chars().all(|c| c == ':' || c.is_ascii_digit()) {
        return chunk.problem(format!(
            "a time of day needs `at`, write `{before} at {text}`"
        ));
    }
    if text.starts_with(',') {
        return chunk.problem("`,` is unexpected here, for several schedules write a list");
    }
    let Some(word) = cursor.peek_word() else {
        return chunk.problem(format!("`{text}` is unexpected here"));
    };
    let text = word.text;
    match text.to_lowercase().as_str() {
        "ago" => word.problem("a schedule looks forward, leave `ago` out"),
        "at" => word.problem("`at` is not possible here"),
        "to" => word.problem("`to` is not possible here"),
        "every" | "delay" => word.problem(format!(
            "`{text}` begins a schedule, it is not possible here"
        )),
        "aligned" => word.problem(
            "only an interval such as `5m` can be aligned, and `aligned` follows it at once",
        ),
        "and" => word.problem(
            "`and` joins days of the week and parts of a span, for several schedules write a list",
        ),
        "from" => word.problem("hours are written `between 09:00 and 17:00`"),
        "am" | "pm" => word.problem("hours go from 00 to 23, write something such as `21:30`"),
        "utc" | "local" | "z" => word.problem(format!("a time zone needs `in`, write `in {text}`")),
        _ => match crate::nearest(text, EXPECTED) {
            Some(nearest) => {
                word.problem(format!("unknown word `{text}`, did you mean `{nearest}`?"))
            }
            None => chunk.problem(format!("`{}` is unexpected here", chunk.text)),
        },
    }
}
