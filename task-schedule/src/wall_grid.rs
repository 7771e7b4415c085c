//! A minute of the hour, a second of the minute: fires that follow the reading
//! of the wall clock within the hour, and elapsed time beyond it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    calendar::Steps,
    instant::{NANOS_PER_SEC, from_nanos, to_nanos},
    window::Piece,
    zone::Zone,
};

/// Every so many hours or minutes, when the clock shows `second` in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct WallGrid {
    pub(crate) steps: Steps,
    pub(crate) unit: GridUnit,
    /// The second within the unit: 0 to 3599 in an hour, 0 to 59 in a minute.
    pub(crate) second: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum GridUnit {
    Minute,
    Hour,
}

impl GridUnit {
    pub(crate) fn secs(self) -> u32 {
        match self {
            GridUnit::Minute => 60,
            GridUnit::Hour => 3600,
        }
    }
}

impl WallGrid {
    /// The first fire after `after`.
    ///
    /// Every hour, or every minute, does not depend on `anchor`: it is every
    /// instant at which the clock shows the right reading. Every n hours
    /// counts elapsed hours from the hour of the anchor, and fires at the
    /// first right reading in or after each of them.
    pub(crate) fn next_after(
        &self,
        zone: Zone,
        seed: u64,
        anchor: DateTime<Utc>,
        after: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        if self.steps == Steps::ONE {
            return self.first_match(zone, from_nanos(to_nanos(after) + 1)?);
        }
        self.first_fire(zone, seed, anchor, after, &|t| t > after)
            .map(|(_, t)| t)
    }

    /// How many fires there are from one fire to another, both counted.
    ///
    /// Exact, except for every 1 to n hours in a zone that is set forward by
    /// half an hour: there two fires can coincide, and count as two.
    pub(crate) fn count(
        &self,
        zone: Zone,
        seed: u64,
        anchor: DateTime<Utc>,
        first: DateTime<Utc>,
        last: DateTime<Utc>,
    ) -> i128 {
        if self.steps == Steps::ONE {
            return 1 + self.matches_between(zone, first, last);
        }
        let index = |of| {
            self.first_fire(zone, seed, anchor, of, &|t| t >= of)
                .map(|(k, _)| k)
        };
        match (index(first), index(last)) {
            (Some(from), Some(to)) => to - from + 1,
            _ => 0, // They are no fires.
        }
    }

    /// How many fires there are in a piece of time without a change of the
    /// clock, given the piece. As exact as `count`.
    pub(crate) fn count_in(
        self,
        zone: Zone,
        seed: u64,
        anchor: DateTime<Utc>,
    ) -> impl Fn(Piece) -> i128 {
        let unit = i64::from(self.unit.secs());
        let positions = self.steps.positions(seed, anchor);
        // OK because instants are far from the ends of an i64 of seconds.
        let first_second =
            |nanos: i128| i64::try_from(-(-nanos).div_euclid(NANOS_PER_SEC)).unwrap_or(i64::MAX);
        // Where a unit begins, the clock shows a whole second.
        let start = first_second(self.start(zone, anchor));
        move |piece| {
            // The first second inside, and the first behind.
            let (open, end) = (first_second(piece.open), first_second(piece.end));
            let shown = piece.offset - i64::from(self.second);
            // The last right reading before a second, and how many went before.
            let passed = |second: i64| (second - 1 + shown).div_euclid(unit);
            let reading = |second: i64| passed(second) * unit - shown;
            if self.steps == Steps::ONE {
                return i128::from(passed(end) - passed(open));
            }
            if reading(end) < open {
                return 0;
            }
            // A fire is the first right reading from where it was counted to,
            // so all that were counted to before the last one have happened.
            let happened = |reading: i64| {
                let units = (reading - start).div_euclid(unit);
                positions.first_at_or_after(i128::from(units + 1))
            };
            let is_known = i128::from(reading(open)) * NANOS_PER_SEC >= piece.since;
            let before = if is_known {
                Some(happened(reading(open)))
            } else {
                // It lies before a change of the clock.
                from_nanos(piece.open)
                    .and_then(|open| self.first_fire(zone, seed, anchor, open, &|t| t >= open))
                    .map(|(k, _)| k)
            };
            before.map_or(0, |before| happened(reading(end)) - before)
        }
    }

    /// The beginning of the unit of the anchor, in nanoseconds since the Unix
    /// epoch: where every n units counts from.
    fn start(&self, zone: Zone, anchor: DateTime<Utc>) -> i128 {
        let unit = i128::from(self.unit.secs()) * NANOS_PER_SEC;
        let into_unit = (to_nanos(anchor) + i128::from(zone.offset_secs(anchor)) * NANOS_PER_SEC)
            .rem_euclid(unit);
        to_nanos(anchor) - into_unit
    }

    /// The first fire of every n units that is `wanted`, and its index.
    /// `wanted` must be false before `near` and true after it.
    fn first_fire(
        &self,
        zone: Zone,
        seed: u64,
        anchor: DateTime<Utc>,
        near: DateTime<Utc>,
        wanted: &dyn Fn(DateTime<Utc>) -> bool,
    ) -> Option<(i128, DateTime<Utc>)> {
        let unit = i128::from(self.unit.secs()) * NANOS_PER_SEC;
        let start = self.start(zone, anchor);
        let positions = self.steps.positions(seed, anchor);
        // The right reading comes within one unit of where it was counted to,
        // or within two if the clock changes meanwhile.
        let units = (to_nanos(near) - start).div_euclid(unit) - 2;
        let mut k = positions.first_at_or_after(units);
        loop {
            let counted_to = from_nanos(start + positions.get(k) * unit)?;
            let fire = self.first_match(zone, counted_to)?;
            if wanted(fire) {
                return Some((k, fire));
            }
            k += 1;
        }
    }

    /// The first instant from `from` on at which the clock shows the right
    /// reading.
    fn first_match(&self, zone: Zone, from: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let unit = i64::from(self.unit.secs());
        let mut from = match from.timestamp_subsec_nanos() {
            0 => from,
            _ => DateTime::from_timestamp(from.timestamp().checked_add(1)?, 0)?,
        };
        loop {
            let offset = zone.offset_secs(from);
            let shown = from.timestamp() + offset;
            let wait = (i64::from(self.second) - shown).rem_euclid(unit);
            let found = from.checked_add_signed(TimeDelta::seconds(wait))?;
            // A change by whole units is not seen within the unit.
            if (zone.offset_secs(found) - offset) % unit == 0 {
                return Some(found);
            }
            // No reading before the change was right: go on from there. Each
            // round passes one change, and there are no two within an hour.
            from = zone.first_change(from, found);
        }
    }

    /// How many instants after `first` and up to `last` show the right
    /// reading.
    ///
    /// Costs two look-ups for every four weeks, not for every fire. Only a
    /// change by less than a unit makes a difference, and since 1939 no zone
    /// has had two of those within four weeks.
    fn matches_between(&self, zone: Zone, first: DateTime<Utc>, last: DateTime<Utc>) -> i128 {
        let unit = i64::from(self.unit.secs());
        let four_weeks = TimeDelta::weeks(4);
        // Right readings up to a second, counted from some fixed one.
        let passed =
            |second: i64, offset: i64| (second + offset - i64::from(self.second)).div_euclid(unit);
        let mut count = 0;
        let mut from = first;
        while from < last {
            let to = from
                .checked_add_signed(four_weeks)
                .map_or(last, |to| to.min(last));
            let (before, after) = (zone.offset_secs(from), zone.offset_secs(to));
            count += if (after - before) % unit == 0 {
                passed(to.timestamp(), after) - passed(from.timestamp(), after)
            } else {
                let is_new = |offset: i64| (offset - before) % unit != 0;
                let change = zone.first_second(from, to, &is_new).timestamp();
                passed(change - 1, before) - passed(from.timestamp(), before)
                    + passed(to.timestamp(), after)
                    - passed(change - 1, after)
            };
            from = to;
        }
        count.into()
    }
}
