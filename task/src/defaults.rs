//! What a task says for all its schedules that don't say it themselves.

use task_schedule::{Between, Days, Error, Fold, Gap, Schedule, Until, Zone};

/// Each is `None` if the task doesn't say it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Defaults {
    pub(crate) zone: Option<Zone>,
    pub(crate) until: Option<Until>,
    pub(crate) between: Option<Between>,
    pub(crate) days: Option<Days>,
    pub(crate) gap: Option<Gap>,
    pub(crate) fold: Option<Fold>,
}

impl Defaults {
    /// Returns the schedule with what it doesn't say itself.
    ///
    /// A window that lets nothing through is an error. Where `gap` and `fold`
    /// can have no effect, they have none.
    pub(crate) fn apply(&self, schedule: Schedule) -> Result<Schedule, Error> {
        let mut schedule = schedule;
        if let Some(between) = self.between.filter(|_| schedule.hours().is_none()) {
            schedule = schedule.between(between)?;
        }
        if let Some(days) = self.days.filter(|_| schedule.weekdays().is_none()) {
            schedule = schedule.days(days)?;
        }
        let (own_gap, own_fold) = schedule.clock_change();
        if let Some(gap) = self.gap.filter(|_| own_gap == Gap::default()) {
            schedule = schedule.clone().gap(gap).unwrap_or(schedule);
        }
        if let Some(fold) = self.fold.filter(|_| own_fold == Fold::default()) {
            schedule = schedule.clone().fold(fold).unwrap_or(schedule);
        }
        if let Some(until) = self.until.filter(|_| schedule.limit().is_none()) {
            schedule = schedule.until(until);
        }
        Ok(match self.zone {
            Some(zone) => schedule.or_timezone(zone),
            None => schedule,
        })
    }

    /// Returns the options that can have no effect on any of these schedules, and why.
    pub(crate) fn without_effect(&self, schedules: &[Schedule]) -> Vec<(&'static str, String)> {
        let none = |has_effect: &dyn Fn(&Schedule) -> bool| !schedules.iter().any(has_effect);
        let mut reasons = Vec::new();
        if let Some(zone) = self.zone {
            if none(&|schedule| schedule.uses_timezone()) {
                let reason = format!(
                    "the time zone `{zone}` has no effect: no schedule of the task names a time of the day or a date"
                );
                reasons.push(("timezone", reason));
            }
        }
        if let Some(gap) = self.gap {
            if none(&|schedule| schedule.clone().gap(gap).is_ok()) {
                let reason = format!(
                    "`gap` being `{gap}` has no effect: no schedule of the task has a time that the clock can be set forward over"
                );
                reasons.push(("gap", reason));
            }
        }
        if let Some(fold) = self.fold {
            if none(&|schedule| schedule.clone().fold(fold).is_ok()) {
                let reason = format!(
                    "`fold` being `{fold}` has no effect: no schedule of the task has a time that the clock can be set back over"
                );
                reasons.push(("fold", reason));
            }
        }
        reasons
    }

    /// Returns the options that each of these schedules says itself, as it was written.
    pub(crate) fn said_by_all(&self, written: &[&Schedule]) -> Vec<&'static str> {
        let all = |says: fn(&Schedule) -> bool| written.iter().all(|schedule| says(schedule));
        let mut said = Vec::new();
        if self.zone.is_some() && all(|it| it.timezone().is_some()) {
            said.push("timezone");
        }
        if self.until.is_some() && all(|it| it.limit().is_some()) {
            said.push("until");
        }
        if self.between.is_some() && all(|it| it.hours().is_some()) {
            said.push("between");
        }
        if self.days.is_some() && all(|it| it.weekdays().is_some()) {
            said.push("days");
        }
        said
    }
}
