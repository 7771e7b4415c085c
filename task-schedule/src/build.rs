//! What becomes of the fluent calls.

use chrono::NaiveTime;

use crate::{
    calendar::{Calendar, Dates, DayUnit, Steps, Weekdays},
    error::Error,
    every::{At, Every, method},
    interval::{Interval, Spacing},
    schedule::{Kind, Schedule},
    unit::Unit,
    wall_grid::{GridUnit, WallGrid},
};

impl Every {
    /// The finished schedule.
    ///
    /// # Errors
    ///
    /// The first mistake that was made: a singular unit or a day of the week
    /// with another number than 1, a time that does not fit its unit, an
    /// unknown time zone, no unit at all, ...
    pub fn build(self) -> Result<Schedule, Error> {
        if let Some(mistake) = self.mistake {
            return Err(mistake);
        }
        let kind = self.kind()?;
        let mut schedule = Schedule::from(kind);
        schedule.until = self.until;
        schedule.zone = self.zone;
        // In place where nothing was said: a schedule is large.
        if self.aligned {
            schedule = schedule.aligned()?;
        }
        if let Some(hours) = self.between {
            schedule = schedule.between(hours)?;
        }
        if let Some(days) = self.on {
            schedule = schedule.days(days)?;
        }
        if let Some(gap) = self.gap {
            schedule = schedule.gap(gap)?;
        }
        if let Some(fold) = self.fold {
            schedule = schedule.fold(fold)?;
        }
        match schedule.zone {
            Some(zone) if !schedule.uses_timezone() => {
                let zoneless = Schedule {
                    zone: None,
                    ..schedule
                };
                Err(Error::new(format!(
                    "timezone(\"{zone}\") means nothing to `{zoneless}`, which follows no wall clock"
                )))
            }
            _ => Ok(schedule),
        }
    }

    fn kind(&self) -> Result<Kind, Error> {
        let Some(unit) = self.unit else {
            return Err(Error::new(format!(
                "every({}) has no unit: use seconds(), minutes(), hours(), days(), weeks() \
                 or a day of the week",
                self.min
            )));
        };
        let (min, max) = (self.min, self.max);
        if max < min {
            return Err(Error::new(format!(
                "every({min}).to({max}) goes down, write every({max}).to({min})"
            )));
        }
        if self.delay {
            return self.delayed(unit);
        }
        let steps = || Steps::new(min.into(), max.into(), unit.nanos());
        if let Some(day) = self.weekday {
            if max > 1 {
                return Err(Error::new(format!(
                    "{}() is once a week, it cannot have to({max})",
                    method(day)
                )));
            }
            let at = self.time_of_day(&method(day))?;
            return Ok(Kind::Calendar(Calendar {
                dates: Dates::On(Weekdays::only(day)),
                at,
            }));
        }
        let grid = |unit, second| {
            Ok(Kind::WallGrid(WallGrid {
                steps: steps()?,
                unit,
                second,
            }))
        };
        match (unit, &self.at) {
            (Unit::Day, _) => {
                let at = self.time_of_day("days")?;
                let dates = Dates::every(steps()?, DayUnit::Day, at);
                Ok(Kind::Calendar(Calendar { dates, at }))
            }
            (Unit::Week, None) => {
                let dates = Dates::every(steps()?, DayUnit::Week, None);
                Ok(Kind::Calendar(Calendar { dates, at: None }))
            }
            (_, None) => Ok(Kind::Interval(self.spacing(unit)?)),
            (Unit::Hour, Some(At::Within(GridUnit::Hour, second))) => grid(GridUnit::Hour, *second),
            (Unit::Minute, Some(At::Within(GridUnit::Minute, second))) => {
                grid(GridUnit::Minute, *second)
            }
            (unit, Some(_)) => Err(misplaced_at(&format!("{}s", unit.name()))),
        }
    }

    fn delayed(&self, unit: Unit) -> Result<Kind, Error> {
        if self.at.is_some() || self.weekday.is_some() || self.aligned {
            return Err(Error::new(
                "delay() counts from the end of the last run, it cannot go with at(), aligned() \
                 or a day of the week",
            ));
        }
        Ok(Kind::Delay(self.spacing(unit)?))
    }

    fn spacing(&self, unit: Unit) -> Result<Spacing, Error> {
        let interval = |n: u32| Interval::from_nanos(u128::from(n) * unit.nanos());
        Spacing::between(interval(self.min)?, interval(self.max)?)
    }

    fn time_of_day(&self, unit: &str) -> Result<Option<NaiveTime>, Error> {
        match self.at {
            None => Ok(None),
            Some(At::TimeOfDay(time)) => Ok(Some(time)),
            Some(At::Within(..)) => Err(misplaced_at(unit)),
        }
    }
}

fn misplaced_at(unit: &str) -> Error {
    Error::new(format!(
        "at() was given for another unit than {unit}, it must come after the unit"
    ))
}
