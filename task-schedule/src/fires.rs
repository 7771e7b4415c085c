//! The questions that a schedule answers: when is the next fire, which was the
//! last, how many were there.

use std::iter::FusedIterator;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    display,
    error::Error,
    instant::{Moment, without_leap},
    schedule::{Kind, Schedule},
    until::Until,
    zone::Zone,
};

/// # When it fires
impl Schedule {
    /// The first fire strictly later than `after`.
    ///
    /// `anchor` is where counting starts: the start of the job, or for a delay
    /// the end of the last run. Intervals and every n days count from it, and
    /// their first fire lies after it even if `after` is earlier; days and
    /// weekdays without a time of day take the anchor's. Once, aligned, and
    /// what is on every date, hour or minute ignore it.
    ///
    /// A limit of the schedule counts from `anchor` too. For a delay, whose
    /// anchor moves, only a limit that does not depend on the start is applied
    /// here; for the others see [`until_from`](Schedule::until_from).
    ///
    /// `None` if nothing follows, which includes the end of representable
    /// time.
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use task_schedule::Schedule;
    ///
    /// let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    /// let start = at("2026-03-01T08:00:00Z");
    ///
    /// let schedule: Schedule = "every 30s".parse()?;
    /// assert_eq!(schedule.next_after(start, start), Some(at("2026-03-01T08:00:30Z")));
    /// // A year of missed fires is one division.
    /// let next = schedule.next_after(start, at("2027-03-01T08:00:29.5Z"));
    /// assert_eq!(next, Some(at("2027-03-01T08:00:30Z")));
    ///
    /// let schedule: Schedule = "every day at 10:30 in UTC".parse()?;
    /// let next = schedule.next_after(start, at("2026-03-01T10:30:00Z"));
    /// assert_eq!(next, Some(at("2026-03-02T10:30:00Z")));
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn next_after(&self, anchor: DateTime<Utc>, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.next_after_seeded(0, anchor, after)
    }

    /// [`next_after`](Schedule::next_after), where `seed` makes the random gaps
    /// of one job differ from those of another with the same schedule.
    pub fn next_after_seeded(
        &self,
        seed: u64,
        anchor: DateTime<Utc>,
        after: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        self.next_upto(seed, anchor, after, DateTime::<Utc>::MAX_UTC)
    }

    /// The first fire after `after`, if it is not later than `upto`.
    fn next_upto(
        &self,
        seed: u64,
        anchor: DateTime<Utc>,
        after: DateTime<Utc>,
        upto: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let (anchor, after) = (without_leap(anchor), without_leap(after));
        let zone = self.zone_or_local();
        let next = if self.window.is_none() {
            self.next_anywhere(zone, seed, anchor, after)
                .filter(|&next| next <= upto)
        } else {
            self.next_in_window(zone, seed, anchor, after, upto)
        }?;
        let until = self
            .until
            .filter(|until| !(self.is_delay() && until.is_relative()));
        match until.and_then(|until| until.limit(zone, anchor)) {
            Some(limit) if next > limit => None,
            _ => Some(next),
        }
    }

    /// The first fire after `after`, whether or not it is inside of a window or
    /// behind a limit.
    pub(crate) fn next_anywhere(
        &self,
        zone: Zone,
        seed: u64,
        anchor: DateTime<Utc>,
        after: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let change = self.change;
        match &self.kind {
            Kind::Interval(gap) | Kind::Delay(gap) => gap.next_after(seed, anchor, after),
            Kind::Aligned(interval) => interval.next_multiple(after),
            Kind::Calendar(calendar) => calendar.next_after(zone, change, seed, anchor, after),
            Kind::WallGrid(grid) => grid.next_after(zone, seed, anchor, after),
            Kind::Cron(cron) => cron.next_after(zone, change, after),
            Kind::Once(Moment::Instant(t)) => Some(*t).filter(|&t| t > after),
            Kind::Once(Moment::Wall(local)) => zone.instant(*local, change).filter(|&t| t > after),
        }
    }

    /// The limit after which nothing fires, as it was given.
    ///
    /// ```
    /// use task_schedule::{Schedule, Until};
    ///
    /// let schedule: Schedule = "every 10s for 1h".parse()?;
    /// assert_eq!(schedule.limit(), Some("1h".parse::<Until>()?));
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn limit(&self) -> Option<Until> {
        self.until
    }

    /// The last instant at which a job started at `start` may fire. `None` if
    /// the schedule has no limit, or one beyond representable time.
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use task_schedule::Schedule;
    ///
    /// let start: DateTime<Utc> = "2026-03-01T08:00:00Z".parse().unwrap();
    /// let schedule: Schedule = "delay 10s for 1h".parse()?;
    /// let limit = schedule.until_from(start).unwrap();
    /// assert_eq!(limit.to_rfc3339(), "2026-03-01T09:00:00+00:00");
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn until_from(&self, start: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.until?.limit(self.zone_or_local(), without_leap(start))
    }

    /// The latest fire at or before `upto` and after `anchor`, however many
    /// there were: it costs a number of `next_after` that grows with the
    /// logarithm of the time between.
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use task_schedule::Schedule;
    ///
    /// let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    /// let start = at("2026-03-01T08:00:00Z");
    /// let schedule: Schedule = "every 30s".parse()?;
    /// let latest = schedule.latest_until(0, start, at("2026-03-01T17:59:59Z"));
    /// assert_eq!(latest, Some(at("2026-03-01T17:59:30Z")));
    /// assert_eq!(schedule.latest_until(0, start, at("2026-03-01T08:00:29Z")), None);
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn latest_until(
        &self,
        seed: u64,
        anchor: DateTime<Utc>,
        upto: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let (anchor, upto) = (without_leap(anchor), without_leap(upto));
        if upto <= anchor {
            return None;
        }
        let fire_after = |t| self.next_upto(seed, anchor, t, upto);
        // What never meets its window would be looked for again and again.
        if !self.window.is_none() && fire_after(anchor).is_none() {
            return None;
        }
        // Look back from the end in growing steps, until there is a fire.
        let mut step = self
            .period()
            .and_then(|period| TimeDelta::from_std(period).ok());
        let mut too_late = upto;
        let mut latest = loop {
            let back = step.and_then(|step| too_late.checked_sub_signed(step));
            let from = back.map_or(anchor, |t| t.max(anchor));
            if let Some(fire) = fire_after(from) {
                break fire;
            }
            if from == anchor {
                return None;
            }
            too_late = from;
            step = step.and_then(|step| step.checked_mul(2));
        };
        // Nothing up to `upto` follows `too_late`. Halve what lies between.
        while let Some(next) = fire_after(latest) {
            latest = next;
            let middle = latest + (too_late - latest) / 2;
            match fire_after(middle.max(latest)) {
                Some(fire) => latest = fire,
                None => too_late = middle,
            }
        }
        Some(latest)
    }

    /// How many fires there are from `first` to `last`, both of which must be
    /// fires of a job with this seed and anchor. Nothing is enumerated.
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use task_schedule::Schedule;
    ///
    /// let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    /// let start = at("2026-03-01T08:00:00Z");
    /// let schedule: Schedule = "every 30s".parse()?;
    /// let (first, last) = (at("2026-03-01T08:00:30Z"), at("2027-03-01T08:00:00Z"));
    /// assert_eq!(schedule.count_between(0, start, first, last), 365 * 24 * 120);
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn count_between(
        &self,
        seed: u64,
        anchor: DateTime<Utc>,
        first: DateTime<Utc>,
        last: DateTime<Utc>,
    ) -> u64 {
        if first > last {
            return 0;
        }
        let anchor = without_leap(anchor);
        let zone = self.zone_or_local();
        if !self.window.is_none() {
            let count = self.count_in_window(zone, seed, anchor, first, last);
            return u64::try_from(count.max(0)).unwrap_or(u64::MAX);
        }
        let change = self.change;
        let count = match &self.kind {
            Kind::Interval(gap) | Kind::Delay(gap) => gap.count(seed, anchor, first, last),
            Kind::Aligned(interval) => interval.count(first, last),
            Kind::Calendar(calendar) => calendar.count(zone, change, seed, anchor, first, last),
            Kind::WallGrid(grid) => grid.count(zone, seed, anchor, first, last),
            Kind::Cron(cron) => {
                let before = first - TimeDelta::nanoseconds(1);
                cron.count(zone, change, before, last)
            }
            Kind::Once(_) => 1,
        };
        u64::try_from(count.max(0)).unwrap_or(u64::MAX)
    }

    /// Checks that a job started at `start` is not over before it begins.
    ///
    /// # Errors
    ///
    /// The schedule's one date is not after `start`, or its limit is before
    /// `start`; then [`Error::is_past`] is true. Or its one date does not
    /// exist in its zone, or lies behind its limit. Or it has hours or days
    /// outside of which nothing fires, and no fire is ever inside: every 24
    /// hours `between 09:00 and 17:00`, started in the evening.
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use task_schedule::Schedule;
    ///
    /// let start: DateTime<Utc> = "2026-03-01T08:00:00Z".parse().unwrap();
    /// let schedule: Schedule = "every 10s until 2026-02-28 in UTC".parse()?;
    /// assert_eq!(
    ///     schedule.check_from(start).unwrap_err().to_string(),
    ///     "`until 2026-02-28 00:00` is in the past at 2026-03-01T08:00:00Z"
    /// );
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn check_from(&self, start: DateTime<Utc>) -> Result<(), Error> {
        let now = display::Instant(start);
        if let (Some(until), Some(limit)) = (self.until, self.until_from(start)) {
            if limit < start {
                let until = display::Limit(until);
                return Err(Error::past(format!("`{until}` is in the past at {now}")));
            }
        }
        let zone = self.zone_or_local();
        let Kind::Once(moment) = self.kind else {
            let at = without_leap(start);
            let end = DateTime::<Utc>::MAX_UTC;
            let has_fire = || self.next_in_window(zone, 0, at, at, end).is_some();
            let may_have_none = !self.window.is_none() || matches!(self.kind, Kind::Cron(_));
            if !may_have_none || has_fire() {
                return Ok(());
            }
            return Err(Error::new(format!(
                "`{self}` never fires if it is started at {now}"
            )));
        };
        let fire = match moment {
            Moment::Instant(t) => t,
            Moment::Wall(local) => zone.instant(local, self.change).ok_or_else(|| {
                Error::new(format!(
                    "`{}` does not exist in the time zone {zone}",
                    display::Moment(moment)
                ))
            })?,
        };
        if fire <= start {
            let at = display::Moment(moment);
            return Err(Error::past(format!("`at {at}` is in the past at {now}")));
        }
        match (self.until, self.until_from(start)) {
            (Some(until), Some(limit)) if fire > limit => {
                let (at, until) = (display::Moment(moment), display::Limit(until));
                Err(Error::new(format!(
                    "`at {at}` never happens, since `{until}` is before it"
                )))
            }
            _ => Ok(()),
        }
    }

    /// The fires of a job started at `start`, one after the other.
    ///
    /// For a delay, runs are taken to last no time.
    ///
    /// ```
    /// use task_schedule::Schedule;
    ///
    /// let schedule: Schedule = "every 2 days at 10:30 in UTC".parse()?;
    /// let start = "2026-02-27T08:00:00Z".parse().unwrap();
    /// let dates: Vec<String> =
    ///     schedule.upcoming(start).take(2).map(|t| t.date_naive().to_string()).collect();
    /// assert_eq!(dates, ["2026-03-01", "2026-03-03"]);
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn upcoming(&self, start: DateTime<Utc>) -> Upcoming<'_> {
        Upcoming {
            schedule: self,
            start,
            last: Some(start),
        }
    }

    pub(crate) fn zone_or_local(&self) -> Zone {
        self.zone.unwrap_or(Zone::LOCAL)
    }
}

/// The fires of a job, made by [`Schedule::upcoming`].
#[derive(Clone, Debug)]
pub struct Upcoming<'a> {
    schedule: &'a Schedule,
    start: DateTime<Utc>,
    /// The last fire, at first the start; `None` once there are no more.
    last: Option<DateTime<Utc>>,
}

impl Iterator for Upcoming<'_> {
    type Item = DateTime<Utc>;

    fn next(&mut self) -> Option<DateTime<Utc>> {
        let last = self.last?;
        self.last = if self.schedule.is_delay() {
            let limit = self.schedule.until_from(self.start);
            let next = self.schedule.next_after(last, last);
            next.filter(|&next| limit.is_none_or(|limit| next <= limit))
        } else {
            self.schedule.next_after(self.start, last)
        };
        self.last
    }
}

impl FusedIterator for Upcoming<'_> {}
