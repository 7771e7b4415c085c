//! What the fields of an expression are called and may contain.

/// One field.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) kind: Kind,
    /// As people call it.
    pub(super) name: &'static str,
    pub(super) min: u32,
    /// The largest value that can be written.
    pub(super) max: u32,
    /// How many different values there are: 7 is Sunday again.
    pub(super) size: u32,
    /// The names of the values from `first_named` on.
    pub(super) names: &'static [&'static str],
    pub(super) first_named: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Second,
    Minute,
    Hour,
    MonthDay,
    Month,
    WeekDay,
    Year,
}

/// The years that can be named: a full cycle of the calendar from now on.
pub(super) const FIRST_YEAR: u32 = 1970;
pub(super) const LAST_YEAR: u32 = 2400;

pub(super) const SECOND: Field = plain(Kind::Second, "second", 0, 59);
pub(super) const MINUTE: Field = plain(Kind::Minute, "minute", 0, 59);
pub(super) const HOUR: Field = plain(Kind::Hour, "hour", 0, 23);
pub(super) const MONTH_DAY: Field = plain(Kind::MonthDay, "day of the month", 1, 31);
pub(super) const MONTH: Field = Field {
    names: &MONTHS,
    first_named: 1,
    ..plain(Kind::Month, "month", 1, 12)
};
pub(super) const WEEK_DAY: Field = Field {
    size: 7,
    names: &WEEK_DAYS,
    ..plain(Kind::WeekDay, "weekday", 0, 7)
};
pub(super) const YEAR: Field = plain(Kind::Year, "year", FIRST_YEAR, LAST_YEAR);

const fn plain(kind: Kind, name: &'static str, min: u32, max: u32) -> Field {
    Field {
        kind,
        name,
        min,
        max,
        size: max - min + 1,
        names: &[],
        first_named: 0,
    }
}

pub(super) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

pub(super) const WEEK_DAYS: [&str; 7] = [
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
];

impl Field {
    /// The value that `word` is the name of: in full or its first three
    /// letters, in any case.
    pub(super) fn named(&self, word: &str) -> Option<u32> {
        let is_name = |name: &str| {
            word.eq_ignore_ascii_case(name)
                || (word.len() == 3 && word.eq_ignore_ascii_case(&name[..3]))
        };
        let found = self.names.iter().position(|name| is_name(name))?;
        Some(self.first_named + found as u32)
    }

    /// Is it one of the two that `?` and the rule of either day are for?
    pub(super) fn is_day(&self) -> bool {
        matches!(self.kind, Kind::MonthDay | Kind::WeekDay)
    }

    /// What can be written, for messages.
    pub(super) fn allowed(&self) -> String {
        let Field { min, max, .. } = self;
        match self.names {
            [first, .., last] => format!("{min} to {max} or {} to {}", &first[..3], &last[..3]),
            _ => format!("{min} to {max}"),
        }
    }
}

/// The years in a set of them.
pub(super) fn years(words: [u64; 7]) -> Vec<u32> {
    let mut years = Vec::new();
    for (index, word) in (0..).zip(words) {
        for bit in super::bits(word) {
            years.push(FIRST_YEAR + index * 64 + bit);
        }
    }
    years
}

/// The first and the last of each group of neighbours. The values rise.
pub(super) fn runs(values: &[u32]) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for &value in values {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == value => *last = value,
            _ => runs.push((value, value)),
        }
    }
    runs
}
