//! The fires of a schedule that are inside of its window: which is next, how
//! many there are, and whether there can be any.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    calendar::{Calendar, Dates},
    clock_change::Fold,
    error::Error,
    instant::{Moment, from_nanos},
    schedule::{Kind, Schedule},
    window::{Between, Days, Piece},
    zone::Zone,
};

/// After so many windows without a fire, there is none: a schedule can miss its
/// window for ever (every 24 hours, started outside of it). It is 27 years of
/// daily windows, and takes some milliseconds.
const MOST_WINDOWS: u32 = 10_000;

/// The same for days and weekdays, which meet each day of the week soon if at
/// all. A time outside can still be moved inside where the clock is set forward
/// over it, which is once a year.
const MOST_DATES: u32 = 1_000;

/// # The next fire
impl Schedule {
    /// The first fire inside of the window after `after`, if it is not later
    /// than `upto`.
    pub(crate) fn next_in_window(
        &self,
        zone: Zone,
        seed: u64,
        anchor: DateTime<Utc>,
        after: DateTime<Utc>,
        upto: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let window = self.window;
        if let Kind::Delay(spacing) = self.kind {
            // It waits for the window to open. That can also be the next fire
            // of one that waits already.
            let waiting = spacing.latest_at(seed, anchor, after);
            let waited = waiting.and_then(|t| window.opening(zone, t));
            if let Some(opening) = waited.filter(|&opening| opening > after) {
                return Some(opening).filter(|&t| t <= upto);
            }
            let next = spacing.next_after(seed, anchor, after)?;
            return window.opening(zone, next).filter(|&t| t <= upto);
        }
        let most = match self.kind {
            Kind::Calendar(_) => MOST_DATES,
            _ => MOST_WINDOWS,
        };
        let mut after = after;
        for _ in 0..most {
            let next = self.next_anywhere(zone, seed, anchor, after)?;
            if next > upto {
                return None;
            }
            let opening = window.opening(zone, next)?;
            if opening == next {
                return Some(next);
            }
            // Nothing is inside before it, so a fire at it is the first.
            after = opening - TimeDelta::nanoseconds(1);
        }
        None
    }

    /// How many fires there are inside of the window from one fire to another,
    /// both counted.
    ///
    /// Costs some arithmetic for each window, however many fires are in it.
    pub(crate) fn count_in_window(
        &self,
        zone: Zone,
        seed: u64,
        anchor: DateTime<Utc>,
        first: DateTime<Utc>,
        last: DateTime<Utc>,
    ) -> i128 {
        let pieces = |take: &mut dyn FnMut(Piece)| self.window.pieces(zone, first, last, take);
        let mut count = 0;
        match &self.kind {
            Kind::Interval(spacing) => {
                let rank = spacing.rank(seed, anchor);
                pieces(&mut |piece| count += rank(piece.end) - rank(piece.open));
            }
            Kind::Delay(spacing) => {
                let rank = spacing.rank(seed, anchor);
                let mut closed_at = None;
                pieces(&mut |Piece { open, end, .. }| {
                    // What fell before the opening waited for it, and so did
                    // the first fire unless it was due just then.
                    let has_waited = closed_at.is_none_or(|closed| rank(open) > rank(closed));
                    let is_due = rank(open + 1) > rank(open);
                    count += rank(end) - rank(open) + i128::from(has_waited && !is_due);
                    closed_at = Some(end);
                });
            }
            Kind::Aligned(interval) => pieces(&mut |piece| {
                count +=
                    interval.multiples_before(piece.end) - interval.multiples_before(piece.open);
            }),
            Kind::WallGrid(grid) => {
                let count_in = grid.count_in(zone, seed, anchor);
                pieces(&mut |piece| count += count_in(piece));
            }
            Kind::Cron(cron) => pieces(&mut |piece| {
                let (after, upto) = (from_nanos(piece.open - 1), from_nanos(piece.end - 1));
                if let (Some(after), Some(upto)) = (after, upto) {
                    count += cron.count(zone, self.change, after, upto);
                }
            }),
            Kind::Calendar(calendar) => {
                let series = calendar.series(zone, self.change, seed, anchor);
                count = series.count_in(self.window, first, last);
            }
            Kind::Once(_) => count = 1,
        }
        count
    }
}

/// # What can be meant
impl Schedule {
    /// Checks that the hours have an effect and let something through.
    pub(crate) fn check_between(&self, between: Between) -> Result<(), Error> {
        let is_inside = match self.kind {
            Kind::Once(_) => return Err(self.happens_once("hours")),
            Kind::Calendar(Calendar { at: Some(time), .. }) if between.contains(time) => {
                return Err(Error::new(format!(
                    "`{}` has one time of day, hours have no effect on it",
                    self.bare()
                )));
            }
            Kind::Calendar(Calendar { at, .. }) => at.is_none(),
            Kind::WallGrid(grid) => between.has_second(grid.second, grid.unit.secs()),
            Kind::Cron(cron) => cron.has_time_within(between.from(), between.to()),
            Kind::Interval(_) | Kind::Aligned(_) | Kind::Delay(_) => true,
        };
        if is_inside {
            return Ok(());
        }
        Err(Error::new(format!(
            "`{}` is never within `{between}`",
            self.bare()
        )))
    }

    /// Checks that the days have an effect and let something through.
    pub(crate) fn check_days(&self, days: Days) -> Result<(), Error> {
        let set = match self.kind {
            Kind::Once(_) => return Err(self.happens_once("days of the week")),
            Kind::Calendar(Calendar {
                dates: Dates::On(set),
                ..
            }) => set,
            Kind::Cron(_) => return self.check_meets(days),
            _ => return Ok(()),
        };
        let possible = self.window.weekdays();
        if !set.overlaps(possible) {
            return Err(Error::new(format!(
                "`{}` is never on `{days}`",
                self.bare()
            )));
        }
        // Hours past midnight make more days possible, but not all of each.
        if possible == days.set() && set.is_within(possible) {
            return Err(Error::new(format!(
                "`{}` is always on `{days}`, the days have no effect on it",
                self.bare()
            )));
        }
        Ok(())
    }

    /// Whether a cron expression is ever on one of the days, whatever the zone:
    /// a question for the calendar alone.
    fn check_meets(&self, days: Days) -> Result<(), Error> {
        let anywhere = Schedule {
            zone: Some(Zone::UTC),
            until: None,
            ..self.clone()
        };
        let start = DateTime::UNIX_EPOCH;
        if anywhere.next_after(start, start).is_some() {
            return Ok(());
        }
        Err(Error::new(format!(
            "`{}` is never on `{days}`",
            self.bare()
        )))
    }

    /// Checks that `gap` has an effect.
    pub(crate) fn check_gap(&self) -> Result<(), Error> {
        self.check_time_of_day("gap")
    }

    /// Checks that `fold` has an effect and is possible.
    pub(crate) fn check_fold(&self, fold: Fold) -> Result<(), Error> {
        self.check_time_of_day("fold")?;
        if self.is_once() && fold == Fold::Both {
            return Err(Error::new(format!(
                "`{}` happens once, `fold` cannot be `both`",
                self.bare()
            )));
        }
        Ok(())
    }

    fn check_time_of_day(&self, key: &str) -> Result<(), Error> {
        match self.kind {
            Kind::Calendar(_) | Kind::Once(Moment::Wall(_)) => Ok(()),
            Kind::Cron(cron) if cron.is_wildcard() => Err(Error::new(format!(
                "`{key}` means nothing to `{}`, which keeps its beat when the clock changes, since \
                 its minute or hour begins with `*`",
                self.bare()
            ))),
            Kind::Cron(_) => Ok(()),
            Kind::Interval(_)
            | Kind::Aligned(_)
            | Kind::Delay(_)
            | Kind::WallGrid(_)
            | Kind::Once(Moment::Instant(_)) => Err(Error::new(format!(
                "`{key}` means nothing to `{}`, which has no wall-clock time of day",
                self.bare()
            ))),
        }
    }

    fn happens_once(&self, what: &str) -> Error {
        Error::new(format!(
            "`{}` happens once, {what} have no effect on it",
            self.bare()
        ))
    }

    /// Without anything that was added to it.
    fn bare(&self) -> Schedule {
        self.kind.into()
    }
}
