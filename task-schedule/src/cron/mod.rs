//! Cron expressions: on which readings of the wall clock a job fires.
//!
//! | file | owns |
//! |---|---|
//! | `mod` | the sets that an expression is, and which days of a month are in them |
//! | `fields` | what a field is called and may contain |
//! | `values`, `parse` | from text to sets |
//! | `display` | and back, in the shortest usual form |
//! | `next` | the next reading, and how many there are: wall-clock arithmetic only |
//! | `instants` | from readings to instants, across changes of the clock |
//! | `date` | the calendar as whole numbers |
//! | `describe`, `words` | an expression in a sentence |

mod date;
mod describe;
mod display;
mod fields;
mod instants;
mod next;
mod parse;
mod values;
mod words;

use self::date::Month;

use crate::{Error, Schedule};

pub(crate) use self::{
    parse::{MACROS, expression, of_macro},
    values::{Mistake, Piece},
};

/// The schedule of a cron expression: [`Schedule::parse_cron`] in short, for the
/// places where a schedule is built.
///
/// # Errors
///
/// The text is no expression, or there is no date that it is for.
///
/// ```
/// use task_schedule::{Schedule, Zone, cron};
///
/// let schedule: Schedule = cron("0 9 * * mon-fri")?.or_timezone(Zone::UTC);
/// assert_eq!(schedule.to_string(), "cron 0 9 * * mon-fri in UTC");
/// # Ok::<(), task_schedule::Error>(())
/// ```
pub fn cron(text: &str) -> Result<Schedule, Error> {
    Schedule::parse_cron(text)
}

/// A cron expression, as sets: bit n of a set is the value n.
///
/// What two texts have in common is equal: `0 0 * * 7`, `00 00 * * SUN` and
/// `0 0 0 ? * sun *` are one. No text is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cron {
    seconds: u64,
    minutes: u64,
    hours: u64,
    month_days: MonthDays,
    months: u64,
    week_days: WeekDays,
    years: Years,
    /// The minute or the hour began with `*`: the job follows elapsed time
    /// when the clock changes. Otherwise it is for certain times of the day.
    is_wildcard: bool,
    /// A day counts if one of the two day fields has it, not only if both do.
    /// So it is when neither began with `*`.
    either_day: bool,
}

/// Days of the month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct MonthDays {
    plain: u32,
    /// Bit n: n days before the last (`L`, `L-3`).
    last: u32,
    /// Bit n: the day from Monday to Friday nearest to the n-th (`15W`); bit 0:
    /// the last such day of the month (`LW`).
    nearest: u32,
}

/// Days of the week, from bit 0, Sunday.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct WeekDays {
    plain: u32,
    /// The last one of the month (`friL`).
    last: u32,
    /// The first to the fifth one of the month (`mon#2`).
    nth: [u32; 5],
}

/// The years that the expression is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Years {
    All,
    /// Bits from [`fields::FIRST_YEAR`] on.
    Only([u64; 7]),
}

/// All days of a month, from bit 1.
const EVERY_DAY: u32 = u32::MAX - 1;
const EVERY_WEEKDAY: u32 = 0x7f;

impl Cron {
    /// The days of the month that the expression is for, from bit 1.
    fn days_of(&self, month: Month) -> u32 {
        let by_date = self.month_days.days_of(month);
        let by_weekday = self.week_days.days_of(month);
        if self.either_day {
            by_date | by_weekday
        } else {
            by_date & by_weekday
        }
    }

    /// Brings what means the same into the same form.
    fn normalized(mut self) -> Cron {
        if self.month_days.plain == EVERY_DAY {
            self.month_days = MonthDays {
                plain: EVERY_DAY,
                ..MonthDays::default()
            };
        }
        if self.week_days.plain == EVERY_WEEKDAY {
            self.week_days = WeekDays {
                plain: EVERY_WEEKDAY,
                ..WeekDays::default()
            };
        }
        // Every day of one kind or some of the other: every day.
        if self.either_day && (self.month_days.is_every_day() || self.week_days.is_every_day()) {
            self.month_days = MonthDays {
                plain: EVERY_DAY,
                ..MonthDays::default()
            };
            self.week_days = WeekDays {
                plain: EVERY_WEEKDAY,
                ..WeekDays::default()
            };
            self.either_day = false;
        }
        self
    }
}

impl MonthDays {
    fn is_every_day(self) -> bool {
        self.plain == EVERY_DAY
    }

    fn days_of(self, month: Month) -> u32 {
        let MonthDays {
            plain,
            last,
            nearest,
        } = self;
        let length = month.length;
        let mut days = plain;
        if last != 0 {
            // Bit n becomes bit length - n: days before the 1st fall out below.
            days |= last.reverse_bits() >> (31 - length);
        }
        for day in bits(nearest.into()) {
            if day <= length {
                days |= 1 << nearest_working_day(if day == 0 { length } else { day }, month);
            }
        }
        days & (EVERY_DAY >> (31 - length)) & EVERY_DAY
    }
}

/// The day from Monday to Friday that is nearest to `day`, in the same month.
fn nearest_working_day(day: u32, month: Month) -> u32 {
    match (month.first_weekday() + day - 1) % 7 {
        6 if day == 1 => 3,
        6 => day - 1,
        0 if day == month.length => day - 2,
        0 => day + 1,
        _ => day,
    }
}

impl WeekDays {
    fn is_every_day(self) -> bool {
        self.plain == EVERY_WEEKDAY
    }

    fn days_of(self, month: Month) -> u32 {
        let WeekDays { plain, last, nth } = self;
        if plain == EVERY_WEEKDAY {
            return EVERY_DAY;
        }
        let first = month.first_weekday();
        // Nothing is carried: the weeks don't overlap.
        let mut days = week_from(plain, first).wrapping_mul(FIVE_WEEKS);
        for (week, set) in (0..).zip(nth) {
            days |= week_from(set, first) << (7 * week);
        }
        // The week that ends with the month.
        let final_start = month.length - 7;
        days |= week_from(last, (first + final_start) % 7) << final_start;
        // From the 1st, bit 0 so far, to the last.
        (days & (u32::MAX >> (32 - month.length))) << 1
    }
}

/// Puts a week at the days 0, 7, 14, 21 and 28. The last one sticks out of 32
/// bits, and of every month, only past day 31.
const FIVE_WEEKS: u32 = 0x1020_4081;

/// Seven days of which the first is a `first`, out of a set of days of the
/// week: bit 0 is whether that one is in the set.
fn week_from(set: u32, first: u32) -> u32 {
    ((set | (set << 7)) >> first) & EVERY_WEEKDAY
}

impl Years {
    /// The first year of the set from `year` on.
    fn next_from(self, year: i64) -> Option<i64> {
        let Years::Only(words) = self else {
            return Some(year);
        };
        let first = i64::from(fields::FIRST_YEAR);
        let index = usize::try_from((year - first).max(0)).ok()?;
        let mut word = index / 64;
        let mut rest = *words.get(word)? & (u64::MAX << (index % 64));
        while rest == 0 {
            word += 1;
            rest = *words.get(word)?;
        }
        Some(first + (word as i64) * 64 + i64::from(rest.trailing_zeros()))
    }
}

/// The values in a set, rising.
fn bits(set: u64) -> Bits {
    Bits(set)
}

struct Bits(u64);

impl Iterator for Bits {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let lowest = (self.0 != 0).then(|| self.0.trailing_zeros())?;
        self.0 &= self.0 - 1;
        Some(lowest)
    }
}
