//! From the text of an expression to its sets.

use super::{
    Cron, MonthDays, WeekDays, Years,
    fields::{FIRST_YEAR, Field, HOUR, Kind, MINUTE, MONTH, MONTH_DAY, SECOND, WEEK_DAY, YEAR},
    values::{Mistake, Piece, Read, number, read_step, read_value},
};

/// What the macro `name` stands for, in five fields.
pub(crate) fn of_macro(name: &str) -> Option<&'static str> {
    MACROS
        .iter()
        .find(|(known, _)| name.eq_ignore_ascii_case(known))
        .map(|&(_, fields)| fields)
}

pub(crate) const MACROS: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// Reads five fields, six with the second first, or seven with also the year
/// last.
pub(crate) fn expression(pieces: &[Piece<'_>]) -> Read<Cron> {
    let (second, five, year) = match pieces {
        five if five.len() == 5 => (None, five, None),
        [second, five @ ..] if five.len() == 5 => (Some(*second), five, None),
        [second, five @ .., year] if five.len() == 5 => (Some(*second), five, Some(*year)),
        _ => return Err(wrong_number(pieces)),
    };
    let [minute, hour, month_day, month, week_day] = *five else {
        return Err(wrong_number(pieces));
    };
    let seconds = match second {
        Some(second) => sets(&SECOND, second)?.plain[0],
        None => 1,
    };
    let minute = sets(&MINUTE, minute)?;
    let hour = sets(&HOUR, hour)?;
    let days = sets(&MONTH_DAY, month_day)?;
    let month = sets(&MONTH, month)?;
    let weekdays = sets(&WEEK_DAY, week_day)?;
    let years = match year {
        Some(year) if year.text != "*" => Years::Only(sets(&YEAR, year)?.plain),
        _ => Years::All,
    };
    let cron = Cron {
        seconds,
        minutes: minute.plain[0],
        hours: hour.plain[0],
        month_days: MonthDays {
            plain: days.plain[0] as u32,
            last: days.last,
            nearest: days.nearest,
        },
        months: month.plain[0],
        week_days: WeekDays {
            plain: weekdays.plain[0] as u32,
            last: weekdays.last,
            nth: weekdays.nth,
        },
        years,
        is_wildcard: minute.begins_with_star || hour.begins_with_star,
        either_day: !days.begins_with_star && !weekdays.begins_with_star,
    }
    .normalized();
    // Each month has the days 1 to 28, and each of them is on each weekday some
    // time: only what is outside of that has to be looked for.
    let surely = cron.years == Years::All
        && cron.month_days.plain & 0x1fff_fffe != 0
        && cron.week_days.plain != 0;
    if !surely && cron.next_reading(0).is_none() {
        let last = pieces[pieces.len() - 1];
        return Err(Mistake {
            message: "there is no such date, so this never fires".to_owned(),
            mark: month_day.start..last.start + last.text.len(),
        });
    }
    Ok(cron)
}

fn wrong_number(pieces: &[Piece<'_>]) -> Mistake {
    let fields = match pieces {
        [_] => "1 field is".to_owned(),
        pieces => format!("{} fields are", pieces.len()),
    };
    let size = if pieces.len() < 5 { "few" } else { "many" };
    let first = pieces.first().map_or(0, |piece| piece.start);
    let end = pieces
        .last()
        .map_or(0, |piece| piece.start + piece.text.len());
    Mistake {
        message: format!(
            "{fields} too {size}, write 5 (minute, hour, day of the month, month, \
             weekday), 6 with the second first, or 7 with also the year last"
        ),
        mark: first..end,
    }
}

/// What a field says.
#[derive(Default)]
struct Sets {
    /// Bit n is the value n, for a year so many after the first.
    plain: [u64; 7],
    last: u32,
    nearest: u32,
    nth: [u32; 5],
    begins_with_star: bool,
}

fn sets(field: &Field, piece: Piece<'_>) -> Read<Sets> {
    let mut sets = Sets {
        begins_with_star: piece.text.starts_with('*') || piece.text == "?",
        ..Sets::default()
    };
    let mut start = piece.start;
    if piece.text == "*" {
        sets.add(field, field.first(), field.last(), 1);
        return Ok(sets);
    }
    // A number alone, as most are: no list, range or step to look for.
    let alone = number(piece.text).filter(|value| (field.min..=field.max).contains(value));
    if let Some(value) = alone {
        sets.add(field, value, value, 1);
        return Ok(sets);
    }
    for text in piece.text.split(',') {
        let part = Piece { text, start };
        start += text.len() + 1;
        if text.is_empty() {
            let message = format!("the list of the {} has an empty place", field.name);
            return part.mistake(message);
        }
        if text == "?" && piece.text == "?" && field.is_day() {
            sets.add(field, field.first(), field.last(), 1);
        } else if !special(field, part, &mut sets)? {
            values(field, part, &mut sets)?;
        }
    }
    Ok(sets)
}

/// Reads a value, a range or `*`, each of them possibly with a step.
fn values(field: &Field, part: Piece<'_>, sets: &mut Sets) -> Read<()> {
    let (base, step) = match part.split('/') {
        None => (part, None),
        Some((base, step)) => (base, Some(step)),
    };
    if base.text.is_empty() {
        return part.mistake("there is nothing before `/`, write something such as `*/5`");
    }
    let count = match step {
        None => 1,
        Some(step) => read_step(field, step)?,
    };
    if base.text == "*" {
        sets.add(field, field.first(), field.last(), count);
        return Ok(());
    }
    if base.text.contains('?') {
        let message = if field.is_day() {
            format!("`?` stands alone, write `{}`", base.text.replace('?', "*"))
        } else {
            "`?` is only for the day of the month and the weekday, write `*`".to_owned()
        };
        return base.mistake(message);
    }
    if base.text.contains('*') {
        return base.mistake(format!(
            "`*` stands alone or has a step, such as `*/5`, it cannot be in `{}`",
            base.text
        ));
    }
    let Some((from, to)) = base.split('-') else {
        let value = read_value(field, base)?;
        let end = if step.is_some() {
            field.last().max(value)
        } else {
            value
        };
        sets.add(field, value, end, count);
        return Ok(());
    };
    if from.text.is_empty() || to.text.is_empty() {
        let missing = if from.text.is_empty() { "start" } else { "end" };
        return base.mistake(format!("the range `{}` has no {missing}", base.text));
    }
    if to.text.contains('-') {
        return base.mistake(format!("`{}` has more than one `-`", base.text));
    }
    let (first, last) = (read_value(field, from)?, read_value(field, to)?);
    if first <= last {
        sets.add(field, first, last, count);
    } else if field.kind == Kind::Year {
        return base.mistake(format!(
            "the years go down, write `{}-{}`",
            to.text, from.text
        ));
    } else {
        sets.add(field, first, last + field.size, count);
    }
    Ok(())
}

/// Reads what only the day fields have: `L`, `L-3`, `LW`, `15W`; `friL`,
/// `mon#2`. False if it is not that.
fn special(field: &Field, part: Piece<'_>, sets: &mut Sets) -> Read<bool> {
    let is = |word: &str| part.text.eq_ignore_ascii_case(word);
    match field.kind {
        Kind::MonthDay if is("L") => sets.last |= 1,
        Kind::MonthDay if is("LW") => sets.nearest |= 1,
        Kind::MonthDay if part.text.starts_with(['L', 'l']) => {
            sets.last |= 1 << days_before_last(part)?;
        }
        Kind::MonthDay if part.text.ends_with(['W', 'w']) => {
            let day = part.cut_end();
            if day.text.is_empty() || day.text.contains(['-', '/', '*']) {
                return part.mistake("`W` follows one day of the month, such as `15W`, or `L`");
            }
            sets.nearest |= 1 << read_value(field, day)?;
        }
        Kind::WeekDay if is("L") => {
            return part.mistake(
                "`L` alone is no weekday, write `sat`, or `friL` for the last Friday of the month",
            );
        }
        Kind::WeekDay if part.text.contains('#') => {
            let (day, which) = which_weekday(part)?;
            sets.nth[which] |= 1 << day;
        }
        Kind::WeekDay if part.text.ends_with(['L', 'l']) => {
            let day = part.cut_end();
            if day.text.contains(['-', '/', '*']) {
                return part.mistake("`L` follows one weekday, write a list such as `thuL,friL`");
            }
            sets.last |= 1 << (read_value(field, day)? % 7);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// `L-3`: 3.
fn days_before_last(part: Piece<'_>) -> Read<u32> {
    let days = part.text[1..].strip_prefix('-').and_then(number);
    match days {
        Some(days @ 1..=30) => Ok(days),
        Some(0) => part.mistake("`L-0` is the last day of the month, write `L`"),
        Some(_) => part.mistake(format!(
            "`{}` is before every month, `L-30` is the most",
            part.text
        )),
        None => part.mistake(format!(
            "`{}` is no day of the month, write `L` for the last, `L-3` for three days before it \
             or `LW` for the last from Monday to Friday",
            part.text
        )),
    }
}

/// `mon#2`: Monday, and 1, since the first one is 0.
fn which_weekday(part: Piece<'_>) -> Read<(u32, usize)> {
    let Some((day, which)) = part.split('#') else {
        return part.mistake("`#` is missing");
    };
    if day.text.is_empty() {
        return part.mistake("there is no weekday before `#`, write something such as `mon#2`");
    }
    if day.text.contains(['-', '/', '*']) || day.text.eq_ignore_ascii_case("L") {
        return part.mistake("`#` follows one weekday, write a list such as `mon#2,tue#2`");
    }
    let day_number = read_value(&WEEK_DAY, day)? % 7;
    match number(which.text) {
        Some(which @ 1..=5) => Ok((day_number, which as usize - 1)),
        Some(_) => which.mistake(format!(
            "`{}` is not within 1 to 5, the first to the last that a month can have",
            which.text
        )),
        None if which.text.eq_ignore_ascii_case("L") => part.mistake(format!(
            "write `{}L` for the last one of the month",
            day.text
        )),
        None => part.mistake(format!(
            "which `{}` of the month? write something such as `{}#2`",
            day.text, day.text
        )),
    }
}

impl Field {
    fn first(&self) -> u32 {
        self.min
    }

    /// The largest value, each of them counted once.
    fn last(&self) -> u32 {
        self.min + self.size - 1
    }
}

impl Sets {
    /// Adds every `step`-th value from `first` to `last`. A `last` past the
    /// largest value goes on with the smallest.
    fn add(&mut self, field: &Field, first: u32, last: u32, step: u32) {
        let offset = if field.kind == Kind::Year {
            FIRST_YEAR
        } else {
            0
        };
        if step == 1 && last <= field.last() && offset == 0 {
            self.plain[0] |= (u64::MAX >> (63 - last)) & (u64::MAX << first);
            return;
        }
        for value in (first..=last).step_by(step as usize) {
            let value = if value > field.last() {
                value - field.size
            } else {
                value
            };
            let bit = value - offset;
            self.plain[(bit / 64) as usize] |= 1 << (bit % 64);
        }
    }
}
