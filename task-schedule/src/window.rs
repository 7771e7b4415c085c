//! The hours and the days outside of which nothing fires.

use std::{fmt, str::FromStr};

use chrono::{DateTime, NaiveTime, Timelike, Utc, Weekday};

use crate::{
    calendar::Weekdays,
    display::{TimeOfDay, weekday},
    error::Error,
    instant::{NANOS_PER_SEC, to_nanos},
    parse,
    zone::Zone,
};

const SECS_PER_DAY: i64 = 86_400;
const NANOS_PER_DAY: i128 = SECS_PER_DAY as i128 * NANOS_PER_SEC;

/// The 1st of January 1970, counted from the Common Era.
const EPOCH_DAY: i64 = 719_163;

/// A window of the day: from one reading of the wall clock to another, both
/// included, so that every hour `09:00 to 17:00` fires at 17:00 too.
///
/// A window may go past midnight: `22:00 to 06:00`. What counts is what the
/// clock on the wall shows at the fire: a window over an hour that exists twice
/// is open both times.
///
/// ```
/// use task_schedule::{Between, Schedule};
///
/// let between: Between = "09:00 to 17:00".parse()?;
/// let schedule = "every hour in UTC".parse::<Schedule>();
/// assert!(schedule.is_err(), "an hour follows no wall clock, but a window does");
///
/// let schedule = "every hour".parse::<Schedule>()?.between(between)?;
/// assert_eq!(schedule.to_string(), "every 1h between 09:00 and 17:00");
/// # Ok::<(), task_schedule::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Between {
    /// In seconds of the day; never equal.
    from: u32,
    to: u32,
}

/// The days of the week on which a schedule may fire, never all seven.
///
/// Reads names, ranges and lists of them, and writes the shortest form.
///
/// ```
/// use task_schedule::Days;
///
/// assert_eq!("Monday to Friday".parse::<Days>()?.to_string(), "mon-fri");
/// assert_eq!("sun, wed and sat".parse::<Days>()?.to_string(), "wed, sat, sun");
/// # Ok::<(), task_schedule::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Days(Weekdays);

/// What of a schedule's fires is left: those within the hours, on the days.
///
/// If the hours go past midnight, the day is that of their beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Window {
    pub(crate) between: Option<Between>,
    pub(crate) days: Option<Days>,
}

/// Some instants of a window, with the same offset from UTC throughout.
///
/// All in nanoseconds since the Unix epoch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) open: i128,
    /// The first that is outside.
    pub(crate) end: i128,
    /// In seconds.
    pub(crate) offset: i64,
    /// Since when the offset is known to be this one.
    pub(crate) since: i128,
}

impl Between {
    /// From one time of day to another, past midnight if `to` is the earlier.
    ///
    /// # Errors
    ///
    /// The two are equal, or have fractions of a second.
    ///
    /// ```
    /// use chrono::NaiveTime;
    /// use task_schedule::Between;
    ///
    /// let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    /// assert_eq!(Between::new(hour(22), hour(6))?.to_string(), "22:00 to 06:00");
    /// assert!(Between::new(hour(9), hour(9)).is_err());
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn new(from: NaiveTime, to: NaiveTime) -> Result<Between, Error> {
        for time in [from, to] {
            if time.nanosecond() != 0 {
                return Err(Error::new(format!(
                    "a window begins and ends at a whole second, not at `{}`",
                    TimeOfDay(time)
                )));
            }
        }
        if from == to {
            return Err(Error::new(format!(
                "a window ends at another time than it begins, not both at `{}`",
                TimeOfDay(from)
            )));
        }
        Ok(Between {
            from: from.num_seconds_from_midnight(),
            to: to.num_seconds_from_midnight(),
        })
    }

    /// When it opens, the first time that is inside.
    #[must_use]
    pub fn from(self) -> NaiveTime {
        time_of_day(self.from)
    }

    /// When it closes, the last time that is inside.
    #[must_use]
    pub fn to(self) -> NaiveTime {
        time_of_day(self.to)
    }

    /// Does it go past midnight?
    fn wraps(self) -> bool {
        self.to < self.from
    }

    /// Is that time of day inside?
    pub(crate) fn contains(self, time: NaiveTime) -> bool {
        let (from, to) = (self.from(), self.to());
        if self.wraps() {
            from <= time || time <= to
        } else {
            from <= time && time <= to
        }
    }

    /// Is there a reading inside whose second is `second` more than a multiple
    /// of `unit` seconds, which divides the day?
    pub(crate) fn has_second(self, second: u32, unit: u32) -> bool {
        let wait = (i64::from(second) - i64::from(self.from)).rem_euclid(unit.into());
        wait <= self.secs()
    }

    /// From the first reading to the last.
    fn secs(self) -> i64 {
        let past_midnight = if self.wraps() { SECS_PER_DAY } else { 0 };
        i64::from(self.to) - i64::from(self.from) + past_midnight
    }
}

fn time_of_day(secs: u32) -> NaiveTime {
    // OK because it was taken from a time of day.
    NaiveTime::from_num_seconds_from_midnight_opt(secs, 0).unwrap_or_default()
}

impl Days {
    /// These days of the week.
    ///
    /// # Errors
    ///
    /// There is none, or all seven are there.
    ///
    /// ```
    /// use chrono::Weekday;
    /// use task_schedule::Days;
    ///
    /// assert_eq!(Days::new([Weekday::Sun, Weekday::Sat])?, "weekend".parse()?);
    /// assert!(Days::new([]).is_err());
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn new(days: impl IntoIterator<Item = Weekday>) -> Result<Days, Error> {
        match days.into_iter().map(Weekdays::only).reduce(Weekdays::union) {
            Some(days) => Days::of(days),
            None => Err(Error::new(
                "without a day of the week nothing would fire, name one such as `mon`",
            )),
        }
    }

    pub(crate) fn of(days: Weekdays) -> Result<Days, Error> {
        if days == Weekdays::ALL {
            return Err(Error::new(
                "all seven days of the week are no limit, leave them out",
            ));
        }
        Ok(Days(days))
    }

    /// Is this day of the week one of them?
    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.0.overlaps(Weekdays::only(day))
    }

    pub(crate) fn set(self) -> Weekdays {
        self.0
    }
}

impl Window {
    /// Is there no limit?
    pub(crate) fn is_none(self) -> bool {
        self == Window::default()
    }

    /// The days of the week on which a fire can be. One more than `days`
    /// behind each if the hours go past midnight.
    pub(crate) fn weekdays(self) -> Weekdays {
        let days = self.days.map_or(Weekdays::ALL, Days::set);
        match self.between {
            Some(between) if between.wraps() => days.union(days.next()),
            _ => days,
        }
    }

    /// The readings that belong to the date `day` (counted from the Common
    /// Era): the first, and the first behind the last, in nanoseconds as if
    /// they were UTC.
    fn readings(self, day: i64) -> Option<(i128, i128)> {
        if self.days.is_some_and(|days| !days.0.contains(day)) {
            return None;
        }
        let midnight = i128::from(day - EPOCH_DAY) * NANOS_PER_DAY;
        Some(match self.between {
            None => (midnight, midnight + NANOS_PER_DAY),
            Some(between) => {
                let open = midnight + i128::from(between.from) * NANOS_PER_SEC;
                (open, open + i128::from(between.secs()) * NANOS_PER_SEC + 1)
            }
        })
    }

    /// Is that reading of the wall clock inside?
    pub(crate) fn contains_reading(self, local: i128) -> bool {
        let day = day_of(local);
        // Yesterday's hours may go past midnight.
        let is_on = |day: i64| {
            let readings = self.readings(day);
            readings.is_some_and(|(open, end)| open <= local && local < end)
        };
        is_on(day) || is_on(day - 1)
    }

    /// Is that time on the date `day`, counted from the Common Era, inside?
    pub(crate) fn contains_time(self, day: i64, time: NaiveTime) -> bool {
        let secs = i128::from(day - EPOCH_DAY) * i128::from(SECS_PER_DAY)
            + i128::from(time.num_seconds_from_midnight());
        self.contains_reading(secs * NANOS_PER_SEC + i128::from(time.nanosecond()))
    }

    /// Does the clock show a reading that is inside at `t`?
    pub(crate) fn contains(self, zone: Zone, t: DateTime<Utc>) -> bool {
        self.contains_reading(to_nanos(t) + i128::from(zone.offset_secs(t)) * NANOS_PER_SEC)
    }

    /// The first instant from `t` on that is inside. `None` past the end of
    /// representable time.
    pub(crate) fn opening(self, zone: Zone, t: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // No two changes of the clock are closer than four days, so that there
        // is at most one within three.
        const FARTHEST: i64 = 3 * SECS_PER_DAY;
        let mut t = t;
        loop {
            let offset = zone.offset_secs(t);
            let local = to_nanos(t) + i128::from(offset) * NANOS_PER_SEC;
            if self.contains_reading(local) {
                return Some(t);
            }
            let today = day_of(local);
            // A week has at least one of the days.
            let opening = (today..=today + 7).find_map(|day| {
                let (open, _) = self.readings(day)?;
                (open > local).then_some(open)
            })?;
            // Windows open at whole seconds, so this counts from a whole one.
            let wait = (opening - local + NANOS_PER_SEC - 1) / NANOS_PER_SEC;
            let wait = i64::try_from(wait).map_or(FARTHEST, |wait| wait.min(FARTHEST));
            let to = DateTime::from_timestamp(t.timestamp().checked_add(wait)?, 0)?;
            t = if zone.offset_secs(to) == offset {
                to
            } else {
                zone.first_change(t, to)
            };
        }
    }

    /// Gives what of the window lies from `first` to `last` to `take`, one piece
    /// after the other. One for each window and each change of the clock in it.
    pub(crate) fn pieces(
        self,
        zone: Zone,
        first: DateTime<Utc>,
        last: DateTime<Utc>,
        take: &mut dyn FnMut(Piece),
    ) {
        for stretch in zone.stretches(first, last) {
            let (since, end) = (to_nanos(stretch.from), to_nanos(stretch.to));
            let offset = i128::from(stretch.offset) * NANOS_PER_SEC;
            // Yesterday's hours may go past midnight.
            for day in day_of(since + offset) - 1..=day_of(end + offset) {
                let Some((open, close)) = self.readings(day) else {
                    continue;
                };
                let piece = Piece {
                    open: (open - offset).max(since),
                    end: (close - offset).min(end),
                    offset: stretch.offset,
                    since,
                };
                if piece.open < piece.end {
                    take(piece);
                }
            }
        }
    }
}

/// The date of a reading in nanoseconds, counted from the Common Era.
pub(crate) fn day_of(local: i128) -> i64 {
    // OK because no representable instant is so far away.
    i64::try_from(local.div_euclid(NANOS_PER_DAY)).map_or(0, |day| day + EPOCH_DAY)
}

impl FromStr for Between {
    type Err = Error;

    /// Reads `09:00 to 17:00`, or `and` instead of `to`.
    ///
    /// # Errors
    ///
    /// The text is not two times of day, or twice the same.
    fn from_str(text: &str) -> Result<Between, Error> {
        parse::between(text)
    }
}

impl FromStr for Days {
    type Err = Error;

    /// Reads days of the week: `mon-fri`, `monday, wednesday and friday`,
    /// `weekend`.
    ///
    /// # Errors
    ///
    /// The text is none of these, or it is all seven days.
    fn from_str(text: &str) -> Result<Days, Error> {
        parse::days(text)
    }
}

impl fmt::Display for Between {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", TimeOfDay(self.from()), TimeOfDay(self.to()))
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |day: Weekday| weekday(day)[..3].to_lowercase();
        let mut words = Vec::new();
        for (first, last) in self.0.runs() {
            if last == first {
                words.push(short(first));
            } else if last == first.succ() {
                // A range of two is no shorter.
                words.push(short(first));
                words.push(short(last));
            } else {
                words.push(format!("{}-{}", short(first), short(last)));
            }
        }
        f.write_str(&words.join(", "))
    }
}
