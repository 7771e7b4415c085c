//! The calendar as whole numbers: it has no end, and no date that is refused.

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// Days in the 400 years after which the calendar repeats, weekdays included.
pub(super) const CYCLE_DAYS: i64 = 146_097;

/// Days from the 1st of January of the year 1 to the Unix epoch.
const EPOCH: i64 = 719_162;

/// Days of a common year before each of its months, and in all of it.
const BEFORE: [i64; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/// A month of a year, and where its days lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Month {
    pub(super) year: i64,
    /// From 1, January.
    pub(super) number: u32,
    /// Its 1st, in days since the Unix epoch.
    pub(super) start: i64,
    /// How many days it has.
    pub(super) length: u32,
}

impl Month {
    /// The month `number`, from 1 to 12, of a year.
    pub(super) fn new(year: i64, number: u32) -> Month {
        Month::in_year(year, year_start(year), number)
    }

    /// The month `number` of a year that starts on the day `start`.
    fn in_year(year: i64, start: i64, number: u32) -> Month {
        let index = number as usize;
        let leap = i64::from(is_leap(year));
        let before = BEFORE[index - 1] + if number > 2 { leap } else { 0 };
        let length = BEFORE[index] - BEFORE[index - 1] + if number == 2 { leap } else { 0 };
        Month {
            year,
            number,
            start: start + before,
            length: length as u32,
        }
    }

    /// The month that `day`, counted from the Unix epoch, is in.
    pub(super) fn of_day(day: i64) -> Month {
        // The mean year gives the year, or a neighbour of it at its edges.
        let mut year = ((day + EPOCH) * 400).div_euclid(CYCLE_DAYS) + 1;
        let mut start = year_start(year);
        if day < start {
            year -= 1;
            start = year_start(year);
        } else if day >= start + BEFORE[12] + i64::from(is_leap(year)) {
            year += 1;
            start = year_start(year);
        }
        // No month is longer than 32 days, and none begins so late that this is
        // more than one off.
        let number = ((day - start) / 32) as u32 + 1;
        let month = Month::in_year(year, start, number);
        if day - month.start < i64::from(month.length) {
            month
        } else {
            Month::in_year(year, start, number + 1)
        }
    }

    /// The day of the week of its 1st, from 0, Sunday.
    pub(super) fn first_weekday(self) -> u32 {
        // The epoch was a Thursday.
        (self.start + 4).rem_euclid(7) as u32
    }

    /// The next month.
    pub(super) fn next(self) -> Month {
        match self.number {
            12 => Month::new(self.year + 1, 1),
            number => {
                let index = number as usize;
                let leap = number == 1 && is_leap(self.year);
                Month {
                    number: number + 1,
                    start: self.start + i64::from(self.length),
                    length: (BEFORE[index + 1] - BEFORE[index]) as u32 + u32::from(leap),
                    ..self
                }
            }
        }
    }
}

/// The 1st of January, in days since the Unix epoch.
fn year_start(year: i64) -> i64 {
    let passed = year - 1;
    passed * 365 + passed.div_euclid(4) - passed.div_euclid(100) + passed.div_euclid(400) - EPOCH
}

fn is_leap(year: i64) -> bool {
    // What is a multiple of 100 and of 16 is one of 400.
    year & 3 == 0 && (year & 15 == 0 || year % 25 != 0)
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate};

    use super::Month;

    #[track_caller]
    fn check(day: i64, date: NaiveDate) {
        let month = Month::of_day(day);
        let first = date.with_day(1).unwrap();
        assert_eq!(
            (month.year, month.number),
            (date.year().into(), date.month()),
            "{date}"
        );
        assert_eq!(day - month.start + 1, date.day().into(), "{date}");
        assert_eq!(
            month.first_weekday(),
            first.weekday().num_days_from_sunday(),
            "{date}"
        );
        assert_eq!(month.length, u32::from(date.num_days_in_month()), "{date}");
    }

    #[test]
    fn it_is_the_calendar_of_chrono() {
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        let days = |from: i64, to: i64| {
            (from..to).map(move |day| (day, chrono::Days::new(day.unsigned_abs())))
        };
        for (day, offset) in days(0, 200_000) {
            check(day, epoch + offset);
        }
        for (day, offset) in days(-200_000, 0) {
            check(day, epoch - offset);
        }
        let ends = [NaiveDate::MIN.succ_opt().unwrap(), NaiveDate::MAX];
        for end in ends {
            check(end.signed_duration_since(epoch).num_days(), end);
        }
    }
}
