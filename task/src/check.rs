//! What is checked of a task before a manager has it, whichever way it was written.

use std::{num::NonZeroU64, sync::Arc};

use chrono::{DateTime, Utc};
use task_schedule::{Error as ScheduleError, Schedule};

use crate::{
    body::CallKind,
    context::States,
    defaults::Defaults,
    definition::{Definition, Setup},
    error::{Error, ErrorKind},
    job::JobOptions,
    policy::Missed,
    problems::Problems,
    task::{Said, Task},
    timeline::delta,
    timing::Timing,
};

impl Task {
    /// Checks everything at once.
    pub(crate) fn check(mut self, states: &States) -> Result<(Definition, Vec<Timing>), Error> {
        let mut said = match self.said.take() {
            Some(said) => *said,
            None if self.is_good_as_it_is(states) => return Ok(self.into_bare()),
            None => Said::default(),
        };
        let mut problems = Problems::new(&self.name, self.written.place, &said.overridden);
        for (key, reason) in &said.refused {
            problems.value(key, reason);
        }
        if !is_good_name(&self.name) {
            problems.push(ErrorKind::InvalidName {
                name: self.name.clone(),
                place: self.written.place,
            });
        }
        if said.tags.iter().any(|tag| tag.trim().is_empty()) {
            problems.value("tags", "a tag is empty");
        }
        for need in self.needs.iter().filter(|need| !states.has(need.id)) {
            problems.push(ErrorKind::MissingState {
                name: self.name.clone(),
                place: self.written.place,
                state: need.name,
            });
        }
        let kind = self.body.kind();
        let policies = said.check_policies(kind == CallKind::Async, &mut problems);
        let start = problems.take("start", said.start.take());
        let jitter = problems.take("jitter", said.jitter.take());
        let defaults = Defaults {
            zone: problems.take("timezone", said.timezone.take()),
            until: problems.take("until", said.until.take()),
            between: problems.take("between", said.between.take()),
            days: problems.take("days", said.days.take()),
            gap: problems.take("gap", said.gap.take()),
            fold: problems.take("fold", said.fold.take()),
        };
        let schedules = self.check_schedules(&said, &defaults, &mut problems);
        if !schedules.is_empty() {
            for (key, reason) in defaults.without_effect(&schedules) {
                problems.no_effect(key, reason);
            }
        }
        let max_runs = said.max_runs.and_then(|max| {
            let max = NonZeroU64::new(max);
            if max.is_none() {
                problems.value("max_runs", "`max_runs` is 0: expected at least 1; use `disabled` for a task that doesn't run");
            }
            max
        });
        let grace = problems.take("grace", said.grace.take());
        if grace.is_some() && !matches!(said.missed, Some(Ok(Missed::Skip) | Err(_))) {
            problems.no_effect(
                "grace",
                "`grace` has no effect: it goes with `missed` being `skip`",
            );
        }
        let missed = problems.take_word("missed", said.missed.take());
        if missed.is_some() && !schedules.is_empty() && schedules.iter().all(Schedule::is_delay) {
            problems.no_effect("missed", "`missed` has no effect: a delay misses nothing");
        }
        let options = JobOptions {
            start,
            jitter: jitter.unwrap_or_default(),
            max_runs,
            missed: missed.unwrap_or_default(),
            grace: grace.unwrap_or(JobOptions::default().grace),
        };
        for (key, reason) in without_effect(&options, &schedules) {
            problems.no_effect(key, reason);
        }
        if let Some(reason) = check_jitter(&options, &schedules) {
            problems.together(reason);
        }
        if let Some(error) = problems.into_error() {
            return Err(error);
        }

        said.tags.sort_unstable();
        said.tags.dedup();
        let setup = Setup {
            written: self.written,
            kind,
            description: self.description,
            tags: said.tags,
            threaded: said.threaded,
            disabled: said.disabled,
            defaults,
            options: JobOptions::shared(options),
            policies,
            on_success: said.on_success,
            on_failed: said.on_failed,
            on_complete: said.on_complete,
            overridden: said.overridden,
        };
        let definition = Definition {
            name: self.name.as_str().into(),
            body: self.body,
            setup: Arc::new(setup),
        };
        Ok((definition, schedules.iter().map(Timing::new).collect()))
    }

    /// Returns true for a task that says nothing beside its schedules, and of which
    /// nothing is wrong.
    fn is_good_as_it_is(&self, states: &States) -> bool {
        is_good_name(&self.name)
            && self.needs.iter().all(|need| states.has(need.id))
            && !self.schedules.is_empty()
            && self.schedules.iter().all(Result::is_ok)
    }

    fn into_bare(self) -> (Definition, Vec<Timing>) {
        let timings = self.schedules.iter().flatten().map(Timing::new).collect();
        let definition = Definition {
            name: self.name.as_str().into(),
            setup: if self.description.is_empty() {
                Setup::shared(self.written, self.body.kind())
            } else {
                let bare = Setup::bare(self.written, self.body.kind());
                Arc::new(Setup {
                    description: self.description,
                    ..bare
                })
            },
            body: self.body,
        };
        (definition, timings)
    }

    /// Returns the schedules that could be made, with what goes for all of them.
    fn check_schedules(
        &mut self,
        said: &Said,
        defaults: &Defaults,
        problems: &mut Problems,
    ) -> Vec<Schedule> {
        // One of a configuration that could not be read was reported by now.
        let has_none = said.refused.is_empty() && said.panicked.is_empty();
        if self.schedules.is_empty() && has_none {
            problems.push(ErrorKind::NoSchedule {
                name: self.name.clone(),
                place: self.written.place,
            });
        }
        for message in &said.panicked {
            let reason = format!("the expression of its schedule panicked: {message}");
            problems.value("schedule", reason);
        }
        let written: Vec<_> = self.schedules.iter().flatten().collect();
        if !said.overridden.is_empty() && !written.is_empty() {
            for key in defaults.said_by_all(&written) {
                let reason = "has no effect: each schedule of the task says its own";
                problems.no_effect(key, format!("`{key}` {reason}"));
            }
        }
        let is_overridden = !said.schedule_keys.is_empty();
        // What the task says of schedules that are overridden is not for others.
        let is_lenient = is_overridden && !said.overridden.iter().any(|by| by.key == "aligned");
        let align = |schedule: Schedule| match schedule.clone().aligned() {
            Err(_) if is_lenient => Ok(schedule),
            aligned => aligned,
        };
        let mut made = Vec::new();
        for (index, schedule) in std::mem::take(&mut self.schedules).into_iter().enumerate() {
            let schedule = match schedule {
                Ok(schedule) => schedule,
                Err(error) => {
                    let key = said.schedule_keys.get(index).copied();
                    problems.schedule(key.unwrap_or_default(), error);
                    continue;
                }
            };
            let schedule = if said.aligned {
                align(schedule)
            } else {
                Ok(schedule)
            };
            match schedule.and_then(|schedule| defaults.apply(schedule)) {
                Ok(schedule) => made.push(schedule),
                Err(error) => problems.misfit(error),
            }
        }
        made
    }
}

/// Returns the options that have no effect on these schedules, and why.
fn without_effect(options: &JobOptions, schedules: &[Schedule]) -> Vec<(&'static str, String)> {
    if schedules.is_empty() || !schedules.iter().all(Schedule::is_once) {
        return Vec::new();
    }
    let given = [
        ("start", options.start.is_some()),
        ("max_runs", options.max_runs.is_some()),
    ];
    let given = given.into_iter().filter(|(_, is_given)| *is_given);
    given
        .map(|(key, _)| {
            let reason = format!("`{key}` has no effect: the task runs once, at a given time");
            (key, reason)
        })
        .collect()
}

/// Returns why the jitter of a task is too long for these schedules.
fn check_jitter(options: &JobOptions, schedules: &[Schedule]) -> Option<String> {
    let shortest = schedules.iter().filter_map(Schedule::period).min();
    let period = shortest.filter(|period| options.jitter >= *period)?;
    Some(format!(
        "a jitter of {:?} is too long: expected less than the shortest time between two fires, {period:?}",
        options.jitter
    ))
}

/// Returns why a schedule can't fire any more when its job is started now.
pub(crate) fn check_start(
    timing: &Timing,
    options: &JobOptions,
    now: DateTime<Utc>,
) -> Result<(), ScheduleError> {
    let Timing::Other(other) = timing else {
        return Ok(());
    };
    let schedule = other.schedule();
    // Whether a window is ever met depends on where the counting starts.
    let has_window = schedule.hours().is_some() || schedule.weekdays().is_some();
    let wait = options.start.filter(|_| has_window).unwrap_or_default();
    let anchor = now.checked_add_signed(delta(wait)).unwrap_or(now);
    schedule.check_from(anchor)
}

/// Checks schedules that a task is given later, and returns them with what goes
/// for all schedules of the task.
pub(crate) fn check_later(
    task: &Definition,
    schedules: Vec<Result<Schedule, ScheduleError>>,
    now: DateTime<Utc>,
) -> Result<Vec<Timing>, Error> {
    let refuse = |reason: String| {
        let name = task.name.to_string();
        Error::from(ErrorKind::Reschedule { name, reason })
    };
    let (mut made, mut timings) = (Vec::new(), Vec::new());
    let mut reasons = Vec::new();
    if schedules.is_empty() {
        reasons.push("the list is empty: expected at least one schedule".to_owned());
    }
    for schedule in schedules {
        let checked = schedule
            .and_then(|schedule| task.defaults.apply(schedule))
            .and_then(|schedule| {
                let timing = Timing::new(&schedule);
                check_start(&timing, &task.options, now).map(|()| (schedule, timing))
            });
        match checked {
            Ok((schedule, timing)) => {
                made.push(schedule);
                timings.push(timing);
            }
            Err(error) => reasons.push(error.to_string()),
        }
    }
    let without_effect = without_effect(&task.options, &made).into_iter();
    reasons.extend(without_effect.map(|(_, reason)| reason));
    reasons.extend(check_jitter(&task.options, &made));
    match Error::all(reasons.into_iter().map(refuse).collect()) {
        Some(error) => Err(error),
        None => Ok(timings),
    }
}

fn is_good_name(name: &str) -> bool {
    // The look at the bytes is enough for most, and quick.
    let bytes = name.as_bytes();
    let is_plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let is_plain = is_plain(bytes.first())
        && is_plain(bytes.last())
        && bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
    is_plain || (!name.is_empty() && name.trim() == name && !name.chars().any(char::is_control))
}
