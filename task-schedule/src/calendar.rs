//! Days and weekdays: fires that have a date and a time of day.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc, Weekday};

use crate::{
    clock_change::ClockChange,
    error::Error,
    instant::{NANOS_PER_SEC, to_nanos},
    random::Positions,
    window::{Window, day_of},
    zone::{Stretch, Zone, day_number},
};

/// On which dates, and when on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Calendar {
    pub(crate) dates: Dates,
    /// The anchor's time of day if `None`.
    pub(crate) at: Option<NaiveTime>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Dates {
    /// Every so many days, or weeks.
    Every {
        steps: Steps,
        unit: DayUnit,
    },
    On(Weekdays),
}

impl Dates {
    /// Seven days without a time of day are a week, so that equal schedules
    /// are equal. `5 to 10 weeks` stays in weeks: it keeps the day of the week.
    pub(crate) fn every(steps: Steps, unit: DayUnit, at: Option<NaiveTime>) -> Dates {
        let Steps { min, max } = steps;
        if unit == DayUnit::Day && at.is_none() && min == max && min % 7 == 0 {
            let steps = Steps {
                min: min / 7,
                max: max / 7,
            };
            return Dates::Every {
                steps,
                unit: DayUnit::Week,
            };
        }
        Dates::Every { steps, unit }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum DayUnit {
    Day,
    Week,
}

impl DayUnit {
    pub(crate) fn days(self) -> u32 {
        match self {
            DayUnit::Day => 1,
            DayUnit::Week => 7,
        }
    }
}

/// How many units it is from one fire to the next: a number, or a random one
/// from `min` to `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Steps {
    min: u32,
    max: u32,
}

impl Steps {
    /// One of the units at a time.
    pub(crate) const ONE: Steps = Steps { min: 1, max: 1 };

    /// Steps of `min` to `max` units of `unit_nanos` each.
    pub(crate) fn new(min: u128, max: u128, unit_nanos: u128) -> Result<Steps, Error> {
        use crate::interval::{Interval, Spacing};
        // The limits of an elapsed period, so that `period()` is always one.
        let nanos = |count: u128| Interval::from_nanos(count.saturating_mul(unit_nanos));
        let (shorter, longer) = (nanos(min)?, nanos(max)?);
        let steps = |count: u128| u32::try_from(count).map_err(|_| Error::new("too many"));
        if min > max {
            Spacing::between(shorter, longer)?;
        }
        Ok(Steps {
            min: steps(min)?,
            max: steps(max)?,
        })
    }

    pub(crate) fn min(self) -> u32 {
        self.min
    }

    pub(crate) fn max(self) -> u32 {
        self.max
    }

    pub(crate) fn positions(self, seed: u64, anchor: DateTime<Utc>) -> Positions {
        Positions::of_units(self.min, self.max, seed, anchor)
    }
}

/// A set of days of the week, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Weekdays(u8);

impl Weekdays {
    pub(crate) const ALL: Weekdays = Weekdays(0b111_1111);
    pub(crate) const MONDAY_TO_FRIDAY: Weekdays = Weekdays(0b001_1111);
    pub(crate) const WEEKEND: Weekdays = Weekdays(0b110_0000);

    pub(crate) fn only(day: Weekday) -> Weekdays {
        Weekdays(1 << day.num_days_from_monday())
    }

    /// From one day to another, both included, past Sunday if need be.
    pub(crate) fn range(first: Weekday, last: Weekday) -> Weekdays {
        let mut days = Weekdays::only(first);
        let mut day = first;
        while day != last {
            day = day.succ();
            days = days.union(Weekdays::only(day));
        }
        days
    }

    pub(crate) fn union(self, other: Weekdays) -> Weekdays {
        Weekdays(self.0 | other.0)
    }

    pub(crate) fn overlaps(self, other: Weekdays) -> bool {
        self.0 & other.0 != 0
    }

    /// Are all of these days in `other`?
    pub(crate) fn is_within(self, other: Weekdays) -> bool {
        self.0 & !other.0 == 0
    }

    /// The day after each of these days.
    pub(crate) fn next(self) -> Weekdays {
        Weekdays(((self.0 << 1) | (self.0 >> 6)) & Weekdays::ALL.0)
    }

    /// The days that follow each other, as the first and the last of each run,
    /// from Monday on.
    pub(crate) fn runs(self) -> Vec<(Weekday, Weekday)> {
        let mut runs: Vec<(Weekday, Weekday)> = Vec::new();
        for day in self.list() {
            match runs.last_mut() {
                Some((_, last)) if last.succ() == day => *last = day,
                _ => runs.push((day, day)),
            }
        }
        runs
    }

    fn has(self, day: Weekday) -> bool {
        self.overlaps(Weekdays::only(day))
    }

    /// From Monday on.
    pub(crate) fn list(self) -> Vec<Weekday> {
        let mut days = Vec::new();
        let mut day = Weekday::Mon;
        loop {
            if self.has(day) {
                days.push(day);
            }
            day = day.succ();
            if day == Weekday::Mon {
                return days;
            }
        }
    }

    /// The fewest days from one of these days to the next.
    pub(crate) fn shortest_gap(self) -> u32 {
        (1..7)
            .find(|&n| self.overlaps(Weekdays((self.0 >> n) | ((self.0 << (7 - n)) & 0x7f))))
            .unwrap_or(7)
    }

    /// Is the date `day`, counted from the Common Era, on one of these days?
    pub(crate) fn contains(self, day: i64) -> bool {
        self.0 & (1 << (day - 1).rem_euclid(7)) != 0
    }

    /// How many of these days there are up to and including `day`, counted
    /// from the Common Era.
    fn rank(self, day: i64) -> i128 {
        let (weeks, rest) = ((day - 1).div_euclid(7), (day - 1).rem_euclid(7));
        let up_to_today = self.0 & ((2 << rest) - 1) as u8;
        i128::from(weeks) * i128::from(self.0.count_ones()) + i128::from(up_to_today.count_ones())
    }
}

impl Calendar {
    /// The first fire after `after`.
    ///
    /// Every day at a time, and weekdays at a time, don't depend on `anchor`.
    pub(crate) fn next_after(
        &self,
        zone: Zone,
        change: ClockChange,
        seed: u64,
        anchor: DateTime<Utc>,
        after: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        self.series(zone, change, seed, anchor)
            .first_fire(after, &|t| t > after)
            .map(|(_, t)| t)
    }

    /// How many fires there are from one fire to another, both counted.
    pub(crate) fn count(
        &self,
        zone: Zone,
        change: ClockChange,
        seed: u64,
        anchor: DateTime<Utc>,
        first: DateTime<Utc>,
        last: DateTime<Utc>,
    ) -> i128 {
        let series = self.series(zone, change, seed, anchor);
        if !change.is_one_a_date() {
            return series.count_in(Window::default(), first, last);
        }
        let day = |of: DateTime<Utc>| series.first_fire(of, &|t| t >= of).map(|(day, _)| day);
        let (Some(from), Some(to)) = (day(first), day(last)) else {
            return 0; // They are no fires.
        };
        let left_out = zone
            .left_out_day(first, last)
            .is_some_and(|day| day > from && series.first_on_or_after(day) == day);
        series.rank(to) - series.rank(from) + 1 - i128::from(left_out)
    }

    /// The dates of a job in its zone.
    pub(crate) fn series(
        &self,
        zone: Zone,
        change: ClockChange,
        seed: u64,
        anchor: DateTime<Utc>,
    ) -> Series {
        let local = zone.local(anchor);
        let start = day_number(local);
        let days = match (self.dates, self.at) {
            (
                Dates::Every {
                    steps: Steps::ONE,
                    unit: DayUnit::Day,
                },
                Some(_),
            ) => Days::All,
            (Dates::Every { steps, unit }, _) => Days::From {
                start,
                unit: unit.days().into(),
                positions: steps.positions(seed, anchor),
            },
            (Dates::On(set), Some(_)) => Days::On {
                set,
                from: i64::MIN,
            },
            (Dates::On(set), None) => Days::On {
                set,
                from: start + 1,
            },
        };
        Series {
            zone,
            change,
            days,
            time: self.at.unwrap_or(local.time()),
        }
    }
}

/// The dates of one job, and the time of day and the zone that make instants
/// of them.
pub(crate) struct Series {
    zone: Zone,
    change: ClockChange,
    days: Days,
    time: NaiveTime,
}

/// Dates as numbers of days since the Common Era.
enum Days {
    All,
    /// Counted from `start`, which is never a fire itself.
    From {
        start: i64,
        unit: i128,
        positions: Positions,
    },
    On {
        set: Weekdays,
        from: i64,
    },
}

impl Series {
    /// The first fire with `wanted`, and its date. `wanted` must be false
    /// before `near` and, from some fire on, true.
    fn first_fire(
        &self,
        near: DateTime<Utc>,
        wanted: &dyn Fn(DateTime<Utc>) -> bool,
    ) -> Option<(i64, DateTime<Utc>)> {
        // A gap at midnight can move a fire into the next date, never further.
        let mut day = day_number(self.zone.local(near)) - 1;
        loop {
            day = self.first_on_or_after(day);
            if day > day_number(chrono::NaiveDateTime::MAX) {
                return None;
            }
            for t in self.fires_on(day).into_iter().flatten() {
                if wanted(t) {
                    return Some((day, t));
                }
            }
            // Too early, or this date does not exist.
            day += 1;
        }
    }

    /// How many fires there are inside of a window from one instant to another,
    /// both counted.
    ///
    /// Costs look-ups near the changes of the clock, and elsewhere some
    /// arithmetic: for each date if there is a window, else for all together.
    pub(crate) fn count_in(
        &self,
        window: Window,
        first: DateTime<Utc>,
        last: DateTime<Utc>,
    ) -> i128 {
        let is_counted =
            |t: DateTime<Utc>| first <= t && t <= last && window.contains(self.zone, t);
        let one_by_one = |from: i64, to: i64| -> i128 {
            let mut count = 0;
            for day in self.dates(from, to) {
                for fire in self.fires_on(day) {
                    count += i128::from(fire.is_some_and(is_counted));
                }
            }
            count
        };
        let mut day = day_number(self.zone.local(first)) - 1;
        let mut count = 0;
        for Stretch { from, to, offset } in self.zone.stretches(first, last) {
            // Two dates from its ends no change plays a part: none is by more
            // than a day.
            let shown = |t| day_of(to_nanos(t) + i128::from(offset) * NANOS_PER_SEC);
            let (safe, end) = ((shown(from) + 2).max(day), shown(to) - 2);
            if safe > end {
                continue;
            }
            count += one_by_one(day, safe - 1);
            count += if window.is_none() {
                self.rank(self.first_on_or_after(end + 1)) - self.rank(self.first_on_or_after(safe))
            } else {
                let is_inside = |&day: &i64| window.contains_time(day, self.time);
                number(self.dates(safe, end).filter(is_inside))
            };
            day = end + 1;
        }
        count + one_by_one(day, day_number(self.zone.local(last)) + 1)
    }

    /// The fires of a date, mostly one.
    fn fires_on(&self, day: i64) -> [Option<DateTime<Utc>>; 2] {
        let day = i32::try_from(day).ok();
        match day.and_then(NaiveDate::from_num_days_from_ce_opt) {
            Some(date) => self.zone.instants(date.and_time(self.time), self.change),
            None => [None, None],
        }
    }

    /// The dates of the series from one day to another, both included.
    fn dates(&self, from: i64, to: i64) -> impl Iterator<Item = i64> {
        let next = move |day: i64| Some(self.first_on_or_after(day)).filter(|&day| day <= to);
        std::iter::successors(next(from), move |&day| next(day + 1))
    }

    /// The first date of the series on or after `day`.
    fn first_on_or_after(&self, day: i64) -> i64 {
        match self.days {
            Days::All => day,
            Days::From {
                start,
                unit,
                positions,
            } => {
                let units = (i128::from(day) - i128::from(start) + unit - 1).div_euclid(unit);
                let found = positions.get(positions.first_at_or_after(units));
                // Far beyond the last date either way.
                i64::try_from(i128::from(start) + found * unit).unwrap_or(i64::MAX)
            }
            Days::On { set, from } => {
                let day = day.max(from);
                // A set is not empty, so one of seven days is in it.
                (day..day + 7).find(|&day| set.contains(day)).unwrap_or(day)
            }
        }
    }

    /// A number that grows by one with each date of the series; `day` is one.
    fn rank(&self, day: i64) -> i128 {
        match self.days {
            Days::All => day.into(),
            Days::From {
                start,
                unit,
                positions,
            } => positions.first_at_or_after(i128::from(day - start).div_euclid(unit)),
            Days::On { set, .. } => set.rank(day),
        }
    }
}

fn number<T>(items: impl Iterator<Item = T>) -> i128 {
    items.fold(0, |number, _| number + 1)
}
