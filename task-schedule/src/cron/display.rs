//! The canonical text of an expression, which the parser reads back.

use std::fmt;

use super::{
    Cron, MonthDays, WeekDays, Years, bits,
    fields::{self, Field, HOUR, Kind, MINUTE, MONTH, MONTH_DAY, SECOND},
};

/// May a field begin with `*`?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Star {
    /// If that is the shortest form.
    May,
    Must,
    Never,
}

impl fmt::Display for Cron {
    /// Five fields if they are enough, in the shortest usual form. What begins
    /// with `*` decides about clock changes and about the two day fields, so a
    /// field does if, and only if, the expression needs it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_years = self.years != Years::All;
        if has_years || self.seconds != 1 {
            write!(f, "{} ", values(&SECOND, self.seconds, Star::May))?;
        }
        let (minute, hour) = self.stars_of_time();
        let (month_day, week_day) = self.stars_of_days();
        write!(
            f,
            "{} {} {} {} {}",
            values(&MINUTE, self.minutes, minute),
            values(&HOUR, self.hours, hour),
            month_days(self.month_days, month_day),
            values(&MONTH, self.months, Star::May),
            week_days(self.week_days, week_day),
        )?;
        match self.years {
            Years::All => Ok(()),
            Years::Only(words) => write!(f, " {}", years(words)),
        }
    }
}

impl Cron {
    fn stars_of_time(&self) -> (Star, Star) {
        if !self.is_wildcard {
            return (Star::Never, Star::Never);
        }
        let has_star = |field, set| star_form(field, set).is_some();
        if has_star(&MINUTE, self.minutes) || has_star(&HOUR, self.hours) {
            (Star::May, Star::May)
        } else if self.minutes & 1 != 0 {
            (Star::Must, Star::Never)
        } else {
            (Star::Never, Star::Must)
        }
    }

    fn stars_of_days(&self) -> (Star, Star) {
        let (dates, weekdays) = (self.month_days, self.week_days);
        if self.either_day {
            (Star::Never, Star::Never)
        } else if dates.is_every_day() || weekdays.is_every_day() {
            (Star::May, Star::May)
        } else if dates.has_star_form() {
            (Star::May, Star::Never)
        } else if weekdays.plain & 1 != 0 && matches!(weekdays.plain, 0b101_0101 | 0b100_1001) {
            (Star::Never, Star::Must)
        } else if dates.plain & 0b10 != 0 {
            (Star::Must, Star::Never)
        } else {
            (Star::Never, Star::Must)
        }
    }
}

impl MonthDays {
    fn has_star_form(self) -> bool {
        star_form(&MONTH_DAY, self.plain.into()).is_some()
    }
}

/// A set of numbers as a field.
fn values(field: &Field, set: u64, star: Star) -> String {
    let number: fn(u32) -> String = |value| value.to_string();
    match star {
        Star::May => star_form(field, set),
        Star::Must => Some(with_star(field, set, number)),
        Star::Never => None,
    }
    .unwrap_or_else(|| list(set, number))
}

/// `*` or `*/5`, if that is all and usual.
fn star_form(field: &Field, set: u64) -> Option<String> {
    let size = field.size;
    let step = (1..size).find(|&step| every(field, step) == set)?;
    match step {
        1 => Some("*".to_owned()),
        // `*/40` would be a strange way to write `0,40`, and `*/6` January and
        // July.
        step if size % step == 0 && (field.kind != Kind::Month || set.count_ones() > 2) => {
            Some(format!("*/{step}"))
        }
        step if set.count_ones() >= 5 => Some(format!("*/{step}")),
        _ => None,
    }
}

/// Something that begins with `*`, for a set that has the field's first value.
fn with_star(field: &Field, set: u64, name: fn(u32) -> String) -> String {
    // With the last of the steps, only the first value remains.
    let step = (1..field.size)
        .find(|&step| every(field, step) & !set == 0)
        .unwrap_or(field.size);
    let star = if step == 1 {
        "*".to_owned()
    } else {
        format!("*/{step}")
    };
    match set & !every(field, step) {
        0 => star,
        rest => format!("{star},{}", list(rest, name)),
    }
}

/// What `*/step` is.
fn every(field: &Field, step: u32) -> u64 {
    let first = field.min;
    (first..first + field.size)
        .step_by(step as usize)
        .fold(0, |set, value| set | (1 << value))
}

/// `1,5,10-20`, or `1-59/2` from five values on.
fn list(set: u64, name: fn(u32) -> String) -> String {
    let values: Vec<u32> = bits(set).collect();
    list_of(&values, name)
}

fn list_of(values: &[u32], name: fn(u32) -> String) -> String {
    if let [first, second, .., last] = *values {
        let step = second - first;
        let is_even = values.windows(2).all(|pair| pair[1] - pair[0] == step);
        if is_even && step > 1 && values.len() >= 5 {
            return format!("{}-{}/{step}", name(first), name(last));
        }
    }
    let mut parts = Vec::new();
    for (first, last) in fields::runs(values) {
        parts.push(match last - first {
            0 => name(first),
            1 => format!("{},{}", name(first), name(last)),
            _ => format!("{}-{}", name(first), name(last)),
        });
    }
    parts.join(",")
}

fn month_days(days: MonthDays, star: Star) -> String {
    let plain = values(&MONTH_DAY, days.plain.into(), star);
    let mut parts = if days.plain == 0 {
        Vec::new()
    } else {
        vec![plain]
    };
    for day in bits((days.nearest & !1).into()) {
        parts.push(format!("{day}W"));
    }
    for before in bits(days.last.into()) {
        parts.push(match before {
            0 => "L".to_owned(),
            before => format!("L-{before}"),
        });
    }
    if days.nearest & 1 != 0 {
        parts.push("LW".to_owned());
    }
    parts.join(",")
}

/// Names, from Monday on: numbers would differ between dialects.
fn week_days(days: WeekDays, star: Star) -> String {
    let name: fn(u32) -> String = |day| fields::WEEK_DAYS[(day % 7) as usize][..3].to_owned();
    // Sunday is 7 here.
    let from_monday = |set: u32| {
        let mut days = Vec::new();
        for day in 1..=7 {
            if set >> (day % 7) & 1 == 1 {
                days.push(day);
            }
        }
        days
    };
    let mut parts = Vec::new();
    if days.is_every_day() && star != Star::Never {
        parts.push("*".to_owned());
    } else if star == Star::Must {
        parts.push(with_star(&fields::WEEK_DAY, days.plain.into(), name));
    } else if days.plain != 0 {
        parts.push(list_of(&from_monday(days.plain), name));
    }
    for (which, set) in (1..).zip(days.nth) {
        for day in from_monday(set) {
            parts.push(format!("{}#{which}", name(day)));
        }
    }
    for day in from_monday(days.last) {
        parts.push(format!("{}L", name(day)));
    }
    parts.join(",")
}

fn years(words: [u64; 7]) -> String {
    list_of(&fields::years(words), |year| year.to_string())
}
