//! Readings of the wall clock: the next one that an expression matches, and how
//! many there are. Whether and when a clock shows them is another question.
//!
//! A reading is a number of seconds, counted as if the wall clock were that of
//! UTC. Nothing is searched minute by minute: months, days and times are bits
//! of a set.

use chrono::{NaiveTime, Timelike};

use super::{
    Cron, Years, bits,
    date::{CYCLE_DAYS, DAY, Month},
    fields::{FIRST_YEAR, LAST_YEAR},
};

/// So many years are tried. More than the 400 after which the calendar repeats,
/// and as many as a field can name.
const HORIZON: u32 = LAST_YEAR - FIRST_YEAR + 1;

impl Cron {
    /// The first reading that matches, from `reading` on. `None` if there never
    /// is one again.
    pub(super) fn next_reading(&self, reading: i64) -> Option<i64> {
        let day = reading.div_euclid(DAY);
        let month = Month::of_day(day);
        let year = self.years.next_from(month.year)?;
        if year > month.year {
            return self.first_in(Month::new(year, 1));
        }
        let days = if contains(self.months, month.number) {
            self.days_of(month)
        } else {
            0
        };
        let day_of_month = (day - month.start) as u32 + 1;
        if contains(days.into(), day_of_month) {
            let time = self.next_time(reading.rem_euclid(DAY) as u32);
            if let Some(time) = time {
                return Some(day * DAY + i64::from(time));
            }
        }
        // From tomorrow on. A shift in two steps, since it can be by 32.
        let rest = days & ((u32::MAX << day_of_month) << 1);
        if rest != 0 {
            return Some(self.reading_on(month, rest));
        }
        self.first_in(month.next())
    }

    /// The first reading that matches in `month` or later.
    fn first_in(&self, month: Month) -> Option<i64> {
        let mut month = month;
        for _ in 0..=HORIZON {
            let year = self.years.next_from(month.year)?;
            let first = if year > month.year { 1 } else { month.number };
            for number in bits(self.months & (u64::MAX << first)) {
                let found = Month::new(year, number);
                let days = self.days_of(found);
                if days != 0 {
                    return Some(self.reading_on(found, days));
                }
            }
            month = Month::new(year + 1, 1);
        }
        None
    }

    /// The first reading on the first of `days`.
    fn reading_on(&self, month: Month, days: u32) -> i64 {
        let day = month.start + i64::from(days.trailing_zeros()) - 1;
        day * DAY + i64::from(self.first_time())
    }

    /// The first time of a day, in seconds.
    fn first_time(&self) -> u32 {
        let first = u64::trailing_zeros;
        first(self.hours) * 3600 + first(self.minutes) * 60 + first(self.seconds)
    }

    /// The first time of the day from `time` on, in seconds.
    fn next_time(&self, time: u32) -> Option<u32> {
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        let first = u64::trailing_zeros;
        if contains(self.hours, hour) {
            if contains(self.minutes, minute) {
                if let Some(second) = next_value(self.seconds, second) {
                    return Some(hour * 3600 + minute * 60 + second);
                }
            }
            if let Some(minute) = next_value(self.minutes, minute + 1) {
                return Some(hour * 3600 + minute * 60 + first(self.seconds));
            }
        }
        let hour = next_value(self.hours, hour + 1)?;
        Some(hour * 3600 + first(self.minutes) * 60 + first(self.seconds))
    }

    /// How many readings match from `from` to before `to`: a sum over months.
    pub(super) fn count_readings(&self, from: i64, to: i64) -> i128 {
        if from >= to {
            return 0;
        }
        let ones = |set: u64| i128::from(set.count_ones());
        let per_day = ones(self.hours) * ones(self.minutes) * ones(self.seconds);
        let (first, last) = (from.div_euclid(DAY), to.div_euclid(DAY));
        // The whole days, and what is too much at one end and too little at the
        // other.
        self.count_days(first, last) * per_day - self.count_on(first, from)
            + self.count_on(last, to)
    }

    /// How many readings match on the day `day` before `reading`.
    fn count_on(&self, day: i64, reading: i64) -> i128 {
        self.count_days(day, day + 1) * self.times_before(reading.rem_euclid(DAY) as u32)
    }

    /// Is there a time of day from `from` to `to`, possibly past midnight?
    pub(crate) fn has_time_within(&self, from: NaiveTime, to: NaiveTime) -> bool {
        // Up to the second that is behind `to`, and from the one at or behind
        // `from`.
        let end = self.times_before(to.num_seconds_from_midnight() + 1);
        let partial = u32::from(from.nanosecond() > 0);
        let start = self.times_before(from.num_seconds_from_midnight() + partial);
        if from <= to {
            start < end
        } else {
            end > 0 || start < self.times_before(DAY as u32)
        }
    }

    /// How many times of a day are before `time`, in seconds.
    fn times_before(&self, time: u32) -> i128 {
        let below = |set: u64, value: u32| i128::from((set & !(u64::MAX << value)).count_ones());
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        let minutes = i128::from(self.minutes.count_ones());
        let seconds = i128::from(self.seconds.count_ones());
        let mut count = below(self.hours, hour) * minutes * seconds;
        if contains(self.hours, hour) {
            count += below(self.minutes, minute) * seconds;
            if contains(self.minutes, minute) {
                count += below(self.seconds, second);
            }
        }
        count
    }

    /// How many days there are from `from` to before `to`.
    fn count_days(&self, from: i64, to: i64) -> i128 {
        if let Years::Only(_) = self.years {
            let start = |year: u32| Month::new(year.into(), 1).start;
            return self.count_in_months(from.max(start(FIRST_YEAR)), to.min(start(LAST_YEAR + 1)));
        }
        match (to - from) / CYCLE_DAYS {
            0 => self.count_in_months(from, to),
            cycles => {
                let rest = from + cycles * CYCLE_DAYS;
                i128::from(cycles) * self.count_in_months(from, from + CYCLE_DAYS)
                    + self.count_in_months(rest, to)
            }
        }
    }

    fn count_in_months(&self, from: i64, to: i64) -> i128 {
        let mut count = 0;
        let mut month = Month::of_day(from);
        while month.start < to {
            if contains(self.months, month.number)
                && self.years.next_from(month.year) == Some(month.year)
            {
                let mut days = self.days_of(month);
                // Bit n is the n-th.
                if from > month.start {
                    days &= u32::MAX << (from - month.start + 1);
                }
                if to < month.start + i64::from(month.length) {
                    days &= !(u32::MAX << (to - month.start + 1));
                }
                count += i128::from(days.count_ones());
            }
            month = month.next();
        }
        count
    }

    /// The fewest days from one day to the next, up to a year.
    pub(super) fn shortest_day_gap(&self) -> i64 {
        const YEAR: i64 = 365;
        let mut shortest = YEAR;
        let mut previous = None;
        // After 28 years the days of the week and the leap days are the same
        // again. This stretch is without a century.
        let start = match self.years {
            Years::All => 1972,
            Years::Only(_) => self.years.next_from(0).unwrap_or(1972),
        };
        let mut month = Month::new(start, 1);
        for _ in 0..28 * 12 {
            if contains(self.months, month.number)
                && self.years.next_from(month.year) == Some(month.year)
            {
                for day in bits(self.days_of(month).into()) {
                    let day = month.start + i64::from(day);
                    if let Some(previous) = previous {
                        shortest = shortest.min(day - previous);
                    }
                    previous = Some(day);
                    if shortest == 1 {
                        return shortest;
                    }
                }
            }
            month = month.next();
        }
        shortest
    }

    /// The shortest time from one reading to the next, in seconds. Where years
    /// lie between, one year.
    pub(crate) fn shortest_gap(&self) -> u64 {
        let first = |set: u64| i64::from(set.trailing_zeros());
        let last = |set: u64| i64::from(63 - set.leading_zeros());
        let within_minute = first(self.seconds) - last(self.seconds);
        let within_hour = within_minute + 60 * (first(self.minutes) - last(self.minutes));
        let within_day = within_hour + 3600 * (first(self.hours) - last(self.hours));
        let candidates = [
            shortest_step(self.seconds),
            shortest_step(self.minutes).map(|minutes| minutes * 60 + within_minute),
            shortest_step(self.hours).map(|hours| hours * 3600 + within_hour),
        ];
        let shortest = candidates.into_iter().flatten().min();
        let shortest = match shortest {
            // No night is shorter.
            Some(gap) if gap <= DAY + within_day => gap,
            _ => {
                let night = self.shortest_day_gap() * DAY + within_day;
                shortest.map_or(night, |gap| gap.min(night))
            }
        };
        shortest.unsigned_abs()
    }
}

/// The smallest difference between two neighbours in a set.
fn shortest_step(set: u64) -> Option<i64> {
    (1..64).find(|&step| set & (set >> step) != 0)
}

fn contains(set: u64, value: u32) -> bool {
    set & (1 << value) != 0
}

/// The first value of the set from `value` on.
fn next_value(set: u64, value: u32) -> Option<u32> {
    let rest = set & (u64::MAX << value);
    (rest != 0).then(|| rest.trailing_zeros())
}
