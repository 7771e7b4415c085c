//! From readings to instants: what becomes of an expression when the clock
//! changes.
//!
//! Between two changes there is nothing to decide: instant = reading - offset.
//! Around a change, the clock shows some readings never (it is set forward) or
//! twice (back). [`Cron::at_changes`] says which instants stand for them.

use chrono::{DateTime, Utc};

use super::{
    Cron,
    date::{CYCLE_DAYS, DAY},
};
use crate::{
    clock_change::{ClockChange, Fold, Gap},
    zone::Zone,
};

/// No change moves the clock by more than a day (Alaska, Manila and Samoa went
/// to the other side of the date line): further than this from a change, each
/// reading exists once.
const MARGIN: i64 = 25 * 3600;

/// An offset is less than that (Manila once had almost 16 hours).
const MAX_OFFSET: i64 = 16 * 3600;

/// In a stretch that is no longer than this there is one change at most; it is
/// there if the offsets at the two ends differ.
///
/// Since 1970, no two changes are closer than a week (Brazil in 2000, Gaza from
/// 2040 on), and before, than four days (Freetown in 1939).
fn stretch(from: i64) -> i64 {
    if from > 0 {
        7 * DAY - 3600
    } else {
        4 * DAY - 3600
    }
}

/// A change of the clock, at the first second of the new offset.
#[derive(Clone, Copy, Debug)]
struct Change {
    at: i64,
    old: i64,
    new: i64,
}

impl Cron {
    /// Does it follow elapsed time when the clock changes?
    ///
    /// So it is if the minute or the hour begins with `*`.
    pub(crate) fn is_wildcard(&self) -> bool {
        self.is_wildcard
    }

    /// Whether days are far apart, as far as that is cheap to see: no two days
    /// of the month that follow each other. It is only about speed.
    fn is_rare(&self) -> bool {
        let days = self.month_days.plain;
        days & (days >> 1) & 0x7fff_fffc == 0 && !self.either_day
    }

    /// The one place that decides about changes of the clock.
    ///
    /// Who wrote `*` for the minute or the hour wants a beat, which goes on
    /// through a change. Who wrote times wants each of them once a day, or what
    /// else was `chosen`.
    fn at_changes(&self, chosen: ClockChange) -> ClockChange {
        if self.is_wildcard {
            ClockChange {
                gap: Gap::Skip,
                fold: Fold::Both,
            }
        } else {
            chosen
        }
    }

    /// The first fire after `after`.
    pub(crate) fn next_after(
        &self,
        zone: Zone,
        chosen: ClockChange,
        after: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        // Fires are at whole seconds.
        let fire = self.first_from(zone, self.at_changes(chosen), after.timestamp() + 1)?;
        DateTime::from_timestamp(fire, 0)
    }

    /// The first fire from `from` on. `None` if the calendar begins anew before
    /// there is one.
    fn first_from(&self, zone: Zone, at_changes: ClockChange, from: i64) -> Option<i64> {
        if zone == Zone::UTC {
            return self.next_reading(from); // No changes, and no offset.
        }
        let mut from = from;
        let horizon = from + (CYCLE_DAYS + 366) * DAY;
        // Each turn is the last one, or goes past a change, or goes near to the
        // next reading.
        while from < horizon {
            let offset = offset_at(zone, from - MARGIN);
            // Where days are rare, look from a little earlier: if nothing lies
            // between, a change near here decides nothing, and is not looked for.
            let earlier = if self.is_rare() {
                self.next_reading(from + offset - MARGIN)
            } else {
                None
            };
            let reading = match earlier {
                Some(reading) if reading >= from + offset => Some(reading),
                _ => self.next_reading(from + offset),
            };
            let fire = reading.map(|reading| reading - offset);
            let near = fire.filter(|fire| fire - from <= stretch(from - MARGIN) - 2 * MARGIN);
            let end = near.unwrap_or(from) + MARGIN;
            let is_idle = near.is_none() && earlier.is_some() && earlier == reading;
            if !is_idle && offset_at(zone, end) != offset {
                let change = only_change(zone, from - MARGIN, end);
                let found = self.first_around(at_changes, change, from);
                if found.is_some() {
                    return found;
                }
                from = change.at + MARGIN + 1;
            } else if near.is_some() {
                return near;
            } else {
                // Nothing is decided near here. There may be something to decide
                // near the reading, wherever that is.
                let reading = reading?;
                let around = reading - MAX_OFFSET - MARGIN..reading + MAX_OFFSET + MARGIN;
                let offset = offset_at(zone, around.start);
                if offset == offset_at(zone, around.end) {
                    return Some(reading - offset);
                }
                from = reading - MAX_OFFSET;
            }
        }
        None
    }

    /// The first fire from `from` on that is not later than the margin behind
    /// `change`. There must be no other change in between.
    fn first_around(&self, at_changes: ClockChange, change: Change, from: i64) -> Option<i64> {
        let Change { at, old, new } = change;
        let regular = |from: i64, offset: i64| Some(self.next_reading(from + offset)? - offset);
        let end = change.end_of_old(at_changes);
        let before = regular(from, old).filter(|&fire| from < end && fire < end);
        if before.is_some() {
            return before;
        }
        let after = regular(from.max(change.start_of_new(at_changes)), new);
        let for_gap = match at_changes.gap {
            Gap::Skip => None,
            Gap::After if from > at => None,
            Gap::After => self.next_in_gap(change, at + old).map(|_| at),
            Gap::Shift => {
                let reading = self.next_in_gap(change, from.max(at) + old);
                reading.map(|reading| reading - old)
            }
        };
        let first = match (after, for_gap) {
            (Some(after), Some(for_gap)) => Some(after.min(for_gap)),
            (after, for_gap) => after.or(for_gap),
        };
        first.filter(|&fire| fire <= at + MARGIN)
    }

    /// The first reading from `from` on that the clock was set forward over.
    /// Not if its whole date does not exist.
    fn next_in_gap(&self, change: Change, from: i64) -> Option<i64> {
        let (start, end) = (change.at + change.old, change.at + change.new);
        let mut from = from;
        loop {
            let reading = self.next_reading(from).filter(|&reading| reading < end)?;
            let day = reading.div_euclid(DAY);
            if day == (start - 1).div_euclid(DAY) || day == end.div_euclid(DAY) {
                return Some(reading);
            }
            from = (day + 1) * DAY;
        }
    }

    /// How many fires there are after `after` and not after `upto`.
    ///
    /// Exact for up to 400 years, at the cost of asking for the offset every
    /// few days; beyond that, changes of the clock are not looked at.
    pub(crate) fn count(
        &self,
        zone: Zone,
        chosen: ClockChange,
        after: DateTime<Utc>,
        upto: DateTime<Utc>,
    ) -> i128 {
        let at_changes = self.at_changes(chosen);
        let (from, to) = (after.timestamp() + 1, upto.timestamp() + 1);
        if to - from > CYCLE_DAYS * DAY {
            let (from, to) = (from + offset_at(zone, from), to + offset_at(zone, to));
            return self.count_readings(from, to);
        }
        let count = |start: i64, end: i64, offset: i64| {
            self.count_readings(from.max(start) + offset, to.min(end) + offset)
        };
        let mut total = 0;
        let mut start = from - MARGIN;
        let mut seen = start;
        let mut offset = offset_at(zone, seen);
        while seen < to + MARGIN {
            let next = seen + stretch(seen);
            if offset_at(zone, next) == offset {
                seen = next;
                continue;
            }
            let change = only_change(zone, seen, next);
            total += count(start, change.end_of_old(at_changes), offset);
            total += self.count_for_gap(at_changes, change, from, to);
            start = change.start_of_new(at_changes);
            offset = change.new;
            seen = change.at;
        }
        total + count(start, i64::MAX / 2, offset)
    }

    /// How many fires between `from` and `to` stand only for readings that the
    /// clock was set forward over.
    fn count_for_gap(&self, at_changes: ClockChange, change: Change, from: i64, to: i64) -> i128 {
        let Change { at, old, new } = change;
        let is_extra = |fire: i64| {
            (from..to).contains(&fire) && self.next_reading(fire + new) != Some(fire + new)
        };
        match at_changes.gap {
            Gap::Skip => 0,
            Gap::After => {
                let is_fire = self.next_in_gap(change, at + old).is_some();
                i128::from(is_fire && is_extra(at))
            }
            Gap::Shift => {
                let mut reading = at + old;
                let mut count = 0;
                while let Some(found) = self.next_in_gap(change, reading) {
                    count += i128::from(is_extra(found - old));
                    reading = found + 1;
                }
                count
            }
        }
    }
}

impl Change {
    /// The first instant before which the old offset's readings count no more.
    fn end_of_old(self, at_changes: ClockChange) -> i64 {
        match at_changes.fold {
            // The readings that come again count only then.
            Fold::Last => self.at - (self.old - self.new).max(0),
            Fold::First | Fold::Both => self.at,
        }
    }

    /// The first instant from which on the new offset's readings count.
    fn start_of_new(self, at_changes: ClockChange) -> i64 {
        match at_changes.fold {
            // The second pass is over.
            Fold::First => self.at + (self.old - self.new).max(0),
            Fold::Last | Fold::Both => self.at,
        }
    }
}

/// The one change after `from` and not after `to`.
fn only_change(zone: Zone, from: i64, to: i64) -> Change {
    let at = zone.first_change(instant(from), instant(to));
    Change {
        at: at.timestamp(),
        old: offset_at(zone, from),
        new: zone.offset_secs(at),
    }
}

fn offset_at(zone: Zone, t: i64) -> i64 {
    zone.offset_secs(instant(t))
}

/// The instant `t`, or the end of time that it is past.
fn instant(t: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(t, 0).unwrap_or(if t < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    })
}
