//! What is checked of a task before a manager has it, whichever way it was written.

use std::{num::NonZeroU64, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use task_schedule::{Error as ScheduleError, Schedule};

use crate::{
    context::States,
    defaults::Defaults,
    error::{Error, ErrorKind, Place},
    job::JobOptions,
    policy::Missed,
    record::Definition,
    task::{NoSchedule, Task},
    timeline::delta,
};

/// How late a fire may be and still run under `Missed::Skip`, if it isn't said:
/// as late as a healthy loop may notice it.
const GRACE: Duration = Duration::from_secs(1);

/// Collects what is wrong with one task.
pub(crate) struct Problems {
    name: String,
    place: Place,
    found: Vec<Error>,
}

impl Problems {
    fn push(&mut self, problem: impl Into<Error>) {
        self.found.push(problem.into());
    }

    pub(crate) fn option(&mut self, reason: impl Into<String>) {
        let (name, place) = (self.name.clone(), self.place);
        self.push(ErrorKind::Option {
            name,
            place,
            reason: reason.into(),
        });
    }

    fn schedule(&mut self, error: ScheduleError) {
        let (name, place) = (self.name.clone(), self.place);
        self.push(ErrorKind::Schedule { name, place, error });
    }

    /// Takes a value that was read from text, if it was given and could be read.
    pub(crate) fn take<T>(&mut self, value: Option<Result<T, ScheduleError>>) -> Option<T> {
        value?.map_err(|error| self.schedule(error)).ok()
    }
}

impl Task {
    /// Checks everything at once.
    pub(crate) fn check(mut self, states: &States) -> Result<Definition, Error> {
        let mut problems = Problems {
            name: self.name.clone(),
            place: self.place,
            found: Vec::new(),
        };
        if !is_good_name(&self.name) {
            problems.push(ErrorKind::InvalidName {
                name: self.name.clone(),
                place: self.place,
            });
        }
        if self.tags.iter().any(|tag| tag.trim().is_empty()) {
            problems.option("a tag is empty");
        }
        for need in self.needs.iter().filter(|need| !states.has(need.id)) {
            problems.push(ErrorKind::MissingState {
                name: self.name.clone(),
                place: self.place,
                state: need.name,
            });
        }
        let policies = self.check_policies(&mut problems);
        let start = problems.take(self.start.take());
        let jitter = problems.take(self.jitter.take());
        let defaults = Defaults {
            zone: problems.take(self.timezone.take()),
            until: problems.take(self.until.take()),
            between: problems.take(self.between.take()),
            days: problems.take(self.days.take()),
            gap: problems.take(self.gap.take()),
            fold: problems.take(self.fold.take()),
        };
        let schedules = self.check_schedules(&defaults, &mut problems);
        if !schedules.is_empty() {
            for reason in defaults.without_effect(&schedules) {
                problems.option(reason);
            }
        }
        let max_runs = self.max_runs.and_then(|max| {
            let max = NonZeroU64::new(max);
            if max.is_none() {
                problems.option("`max_runs` is 0: expected at least 1; use `disabled` for a task that doesn't run");
            }
            max
        });
        let grace = problems.take(self.grace.take());
        if grace.is_some() && self.missed != Some(Missed::Skip) {
            problems.option("`grace` has no effect: it goes with `missed` being `skip`");
        }
        if self.missed.is_some()
            && !schedules.is_empty()
            && schedules.iter().all(Schedule::is_delay)
        {
            problems.option("`missed` has no effect: a delay misses nothing");
        }
        let options = JobOptions {
            start,
            jitter: jitter.unwrap_or_default(),
            max_runs,
            missed: self.missed.unwrap_or_default(),
            grace: grace.unwrap_or(GRACE),
        };
        for reason in check_options(&options, &schedules) {
            problems.option(reason);
        }
        if let Some(error) = Error::all(problems.found) {
            return Err(error);
        }

        self.tags.sort_unstable();
        self.tags.dedup();
        Ok(Definition {
            name: self.name.into(),
            module: self.module,
            place: self.place,
            description: self.description,
            identity: self.identity,
            tags: self.tags,
            threaded: self.threaded,
            disabled: self.disabled,
            origin: self.origin,
            schedules: schedules.into_iter().map(Arc::new).collect(),
            defaults,
            options,
            policies,
            body: self.body,
            on_success: self.on_success,
            on_failed: self.on_failed,
            on_complete: self.on_complete,
        })
    }

    /// Returns the schedules that could be made, with what goes for all of them.
    fn check_schedules(&mut self, defaults: &Defaults, problems: &mut Problems) -> Vec<Schedule> {
        if self.schedules.is_empty() {
            problems.push(ErrorKind::NoSchedule {
                name: self.name.clone(),
                place: self.place,
            });
        }
        let mut made = Vec::new();
        for schedule in std::mem::take(&mut self.schedules) {
            let schedule = match schedule {
                Ok(schedule) if self.aligned => schedule.aligned(),
                Ok(schedule) => Ok(schedule),
                Err(NoSchedule::Error(error)) => Err(error),
                Err(NoSchedule::Panicked(message)) => {
                    problems.option(format!(
                        "the expression of its schedule panicked: {message}"
                    ));
                    continue;
                }
            };
            match schedule.and_then(|schedule| defaults.apply(schedule)) {
                Ok(schedule) => made.push(schedule),
                Err(error) => problems.schedule(error),
            }
        }
        made
    }
}

/// Returns what is wrong with the options of a task for these schedules.
fn check_options(options: &JobOptions, schedules: &[Schedule]) -> Vec<String> {
    let mut reasons = Vec::new();
    if !schedules.is_empty() && schedules.iter().all(Schedule::is_once) {
        let given = [
            ("start", options.start.is_some()),
            ("max_runs", options.max_runs.is_some()),
        ];
        for (key, _) in given.into_iter().filter(|(_, is_given)| *is_given) {
            reasons.push(format!(
                "`{key}` has no effect: the task runs once, at a given time"
            ));
        }
    }
    let shortest = schedules.iter().filter_map(Schedule::period).min();
    if let Some(period) = shortest.filter(|period| options.jitter >= *period) {
        reasons.push(format!(
            "a jitter of {:?} is too long: expected less than the shortest time between two fires, {period:?}",
            options.jitter
        ));
    }
    reasons
}

/// Returns why a schedule can't fire any more when its job is started now.
pub(crate) fn check_start(
    schedule: &Schedule,
    options: &JobOptions,
    now: DateTime<Utc>,
) -> Result<(), ScheduleError> {
    // Whether a window is ever met depends on where the counting starts.
    let has_window = schedule.hours().is_some() || schedule.weekdays().is_some();
    let wait = options.start.filter(|_| has_window).unwrap_or_default();
    let anchor = now.checked_add_signed(delta(wait)).unwrap_or(now);
    schedule.check_from(anchor)
}

/// Checks a schedule that a task is given later, and returns it with what goes
/// for all schedules of the task.
pub(crate) fn check_later(
    task: &Definition,
    schedule: Result<Schedule, ScheduleError>,
    now: DateTime<Utc>,
) -> Result<Schedule, Error> {
    let refuse = |reason: String| {
        let name = task.name.to_string();
        Error::from(ErrorKind::Reschedule { name, reason })
    };
    let schedule = schedule
        .and_then(|schedule| task.defaults.apply(schedule))
        .and_then(|schedule| check_start(&schedule, &task.options, now).map(|()| schedule))
        .map_err(|error| refuse(error.to_string()))?;
    let reasons = check_options(&task.options, std::slice::from_ref(&schedule));
    match Error::all(reasons.into_iter().map(refuse).collect()) {
        Some(error) => Err(error),
        None => Ok(schedule),
    }
}

fn is_good_name(name: &str) -> bool {
    !name.is_empty() && name.trim() == name && !name.chars().any(char::is_control)
}
