//! The run-time twin of the attribute.

use std::{any::TypeId, fmt, sync::Arc, time::Duration};

use task_schedule::{
    Between, Days, Error as ScheduleError, Fold, Gap, IntoSchedule, Schedule, Until, Zone,
    parse_span,
};

use crate::{
    defaults::Defaults,
    error::Place,
    executor::guarded,
    policy::Missed,
    record::{Body, Hook, Origin},
    registry::{ScheduleDef, TaskDef},
    run::{Callback, Run, TaskResult},
};

/// A task made at run time, with the keys of `#[task(...)]` as methods.
///
/// Nothing is checked before [`TaskManager::add`](crate::TaskManager::add),
/// which then names every mistake at once.
///
/// # Example
///
/// ```
/// use task::{Task, TaskManager, every};
///
/// let manager = TaskManager::builder().empty().build();
/// for host in ["db1", "db2"] {
///     let ping = Task::new(format!("ping {host}"), move || println!("ping {host}"))
///         .schedule(every(10).seconds())
///         .tag("net")
///         .threaded();
///     manager.add(ping)?;
/// }
///
/// assert_eq!(manager.tagged("net").len(), 2);
/// assert_eq!(manager["ping db1"].jobs()[0].schedule().to_string(), "every 10s");
/// # Ok::<(), task::Error>(())
/// ```
#[must_use = "a task does nothing until it is given to `TaskManager::add`"]
pub struct Task {
    pub(crate) name: String,
    pub(crate) module: &'static str,
    pub(crate) place: Place,
    pub(crate) description: String,
    pub(crate) identity: TypeId,
    pub(crate) origin: Origin,
    pub(crate) body: Body,
    pub(crate) schedules: Vec<Result<Schedule, NoSchedule>>,
    /// The schedules have the zone, the limit and the alignment already.
    pub(crate) is_applied: bool,
    pub(crate) timezone: Option<Result<Zone, ScheduleError>>,
    pub(crate) until: Option<Result<Until, ScheduleError>>,
    pub(crate) between: Option<Result<Between, ScheduleError>>,
    pub(crate) days: Option<Result<Days, ScheduleError>>,
    pub(crate) gap: Option<Result<Gap, ScheduleError>>,
    pub(crate) fold: Option<Result<Fold, ScheduleError>>,
    pub(crate) aligned: bool,
    pub(crate) start: Option<Result<Duration, ScheduleError>>,
    pub(crate) jitter: Option<Result<Duration, ScheduleError>>,
    pub(crate) max_runs: Option<u64>,
    pub(crate) missed: Option<Missed>,
    pub(crate) grace: Option<Result<Duration, ScheduleError>>,
    pub(crate) tags: Vec<String>,
    pub(crate) threaded: bool,
    pub(crate) disabled: bool,
    pub(crate) on_success: Option<Hook>,
    pub(crate) on_failed: Option<Hook>,
    pub(crate) on_complete: Option<Hook>,
}

/// Why there is no schedule.
#[derive(Debug)]
pub(crate) enum NoSchedule {
    Error(ScheduleError),
    /// The expression in the attribute panicked, with this message.
    Panicked(String),
}

impl From<ScheduleError> for NoSchedule {
    fn from(error: ScheduleError) -> NoSchedule {
        NoSchedule::Error(error)
    }
}

impl Task {
    /// Makes a task of a function or closure, without a schedule yet.
    ///
    /// A body may return `()`, a `Result` or a `ControlFlow<()>`: see [`TaskResult`].
    #[track_caller]
    pub fn new<F, R>(name: impl Into<String>, body: F) -> Task
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: TaskResult,
    {
        let caller = std::panic::Location::caller();
        Task {
            name: name.into(),
            place: Place {
                file: caller.file(),
                line: caller.line(),
            },
            identity: TypeId::of::<F>(),
            origin: Origin::Code,
            ..Task::of_body(Arc::new(move || body().ending()))
        }
    }

    fn of_body(body: Body) -> Task {
        Task {
            name: String::new(),
            module: "",
            place: Place { file: "", line: 0 },
            description: String::new(),
            identity: TypeId::of::<()>(),
            origin: Origin::Attribute,
            body,
            schedules: Vec::new(),
            is_applied: false,
            timezone: None,
            until: None,
            between: None,
            days: None,
            gap: None,
            fold: None,
            aligned: false,
            start: None,
            jitter: None,
            max_runs: None,
            missed: None,
            grace: None,
            tags: Vec::new(),
            threaded: false,
            disabled: false,
            on_success: None,
            on_failed: None,
            on_complete: None,
        }
    }

    /// Adds a recurring schedule: `"30s"`, `"day at 10:30"`, `"monday at 09:00 in Europe/Berlin"`.
    pub fn every(mut self, phrase: impl AsRef<str>) -> Task {
        self.schedules
            .push(Schedule::parse_every(phrase.as_ref()).map_err(Into::into));
        self
    }

    /// Adds a fixed delay: the span from the end of one run to the start of the next.
    pub fn delay(mut self, span: impl AsRef<str>) -> Task {
        self.schedules
            .push(Schedule::parse_delay(span.as_ref()).map_err(Into::into));
        self
    }

    /// Adds a cron schedule: `"0 9 * * mon-fri"`, with 5 fields, 6 or 7.
    pub fn cron(mut self, expression: impl AsRef<str>) -> Task {
        self.schedules
            .push(Schedule::parse_cron(expression.as_ref()).map_err(Into::into));
        self
    }

    /// Adds one fire at a date and time: `"2026-12-24 18:00"`.
    pub fn at(mut self, date_time: impl AsRef<str>) -> Task {
        self.schedules
            .push(Schedule::parse_once(date_time.as_ref()).map_err(Into::into));
        self
    }

    /// Adds a schedule: a [`Schedule`], a chain of [`every`](crate::every), a text or a `Result`.
    pub fn schedule(mut self, schedule: impl IntoSchedule) -> Task {
        self.schedules
            .push(schedule.into_schedule().map_err(Into::into));
        self
    }

    /// Sets the time zone of every schedule that names none: `"Europe/Berlin"`, `"UTC"`, `"local"`.
    pub fn timezone(mut self, zone: impl AsRef<str>) -> Task {
        self.timezone = Some(zone.as_ref().parse());
        self
    }

    /// Sets when the first run comes: `"now"`, or a span after the start.
    pub fn start(mut self, start: impl AsRef<str>) -> Task {
        self.start = Some(match start.as_ref() {
            "now" => Ok(Duration::ZERO),
            span => parse_span(span),
        });
        self
    }

    /// Has intervals fire on multiples of their period since the Unix epoch.
    pub fn aligned(mut self) -> Task {
        self.aligned = true;
        self
    }

    /// Sets after when nothing fires: a date and time, a time of the day of the start, or a span.
    pub fn until(mut self, until: impl AsRef<str>) -> Task {
        self.until = Some(until.as_ref().parse());
        self
    }

    /// Leaves out fires at other hours than these: `"09:00 to 17:00"`.
    pub fn between(mut self, hours: impl AsRef<str>) -> Task {
        self.between = Some(hours.as_ref().parse());
        self
    }

    /// Leaves out fires on other days than these: `"mon-fri"`.
    pub fn days(mut self, days: impl AsRef<str>) -> Task {
        self.days = Some(days.as_ref().parse());
        self
    }

    /// Sets what a time means that doesn't exist since the clock is set forward over it.
    pub fn gap(mut self, gap: Gap) -> Task {
        self.gap = Some(Ok(gap));
        self
    }

    /// Sets what a time means that exists twice since the clock is set back over it.
    pub fn fold(mut self, fold: Fold) -> Task {
        self.fold = Some(Ok(fold));
        self
    }

    /// Ends each job after so many runs.
    pub fn max_runs(mut self, max_runs: u64) -> Task {
        self.max_runs = Some(max_runs);
        self
    }

    /// Moves each start by less than this span, spread evenly.
    ///
    /// By how much is computed from the task's name and the fire time, so that
    /// it is the same on every machine.
    pub fn jitter(mut self, span: impl AsRef<str>) -> Task {
        self.jitter = Some(parse_span(span.as_ref()));
        self
    }

    /// Sets what happens to fires that were missed.
    pub fn missed(mut self, missed: Missed) -> Task {
        self.missed = Some(missed);
        self
    }

    /// Sets how late a fire may be and still run, with [`Missed::Skip`].
    pub fn grace(mut self, span: impl AsRef<str>) -> Task {
        self.grace = Some(parse_span(span.as_ref()));
        self
    }

    /// Adds a tag.
    pub fn tag(mut self, tag: impl Into<String>) -> Task {
        self.tags.push(tag.into());
        self
    }

    /// Adds tags.
    pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Task {
        self.tags.extend(tags.into_iter().map(Into::into));
        self
    }

    /// Says what the task is for; shown in [`TaskDetail`](crate::TaskDetail).
    pub fn description(mut self, description: impl Into<String>) -> Task {
        self.description = description.into();
        self
    }

    /// Runs the body on a worker thread, where it holds up no other job.
    pub fn threaded(mut self) -> Task {
        self.threaded = true;
        self
    }

    /// Has the task start disabled; its schedule goes on.
    pub fn disabled(mut self) -> Task {
        self.disabled = true;
        self
    }

    /// Calls `callback` after each run that succeeded.
    ///
    /// A closure that takes the run has to say so: `|run: &Run| ...`.
    pub fn on_success<M>(mut self, callback: impl Callback<M> + Send + Sync + 'static) -> Task {
        self.on_success = Some(Arc::new(move |run: &Run| callback.call(run)));
        self
    }

    /// Calls `callback` after each run that failed or panicked.
    pub fn on_failed<M>(mut self, callback: impl Callback<M> + Send + Sync + 'static) -> Task {
        self.on_failed = Some(Arc::new(move |run: &Run| callback.call(run)));
        self
    }

    /// Calls `callback` after each run, after the other callbacks.
    pub fn on_complete<M>(mut self, callback: impl Callback<M> + Send + Sync + 'static) -> Task {
        self.on_complete = Some(Arc::new(move |run: &Run| callback.call(run)));
        self
    }
}

impl From<&'static TaskDef> for Task {
    fn from(def: &'static TaskDef) -> Task {
        // The texts have these already.
        let apply = |schedule: Schedule| -> Result<Schedule, ScheduleError> {
            let schedule = if def.aligned {
                schedule.aligned()?
            } else {
                schedule
            };
            defaults(def)?.apply(schedule)
        };
        let hook = |hook: Option<fn(&Run)>| hook.map(|hook| Arc::new(hook) as Hook);
        Task {
            name: def.name.to_owned(),
            module: def.module,
            place: Place {
                file: def.file,
                line: def.line,
            },
            description: def.description.to_owned(),
            identity: (def.identity)(),
            origin: Origin::Attribute,
            schedules: def
                .schedules
                .iter()
                .map(|schedule| match schedule {
                    ScheduleDef::Text(text) => text.parse().map_err(NoSchedule::Error),
                    ScheduleDef::Expr(make) => match guarded(make) {
                        Ok(made) => made.and_then(apply).map_err(NoSchedule::Error),
                        Err(message) => Err(NoSchedule::Panicked(message)),
                    },
                })
                .collect(),
            is_applied: true,
            timezone: def.timezone.map(str::parse),
            until: def.until.map(str::parse),
            between: def.between.map(str::parse),
            days: def.days.map(str::parse),
            gap: def.gap.map(str::parse),
            fold: def.fold.map(str::parse),
            start: def.start.map(Ok),
            jitter: def.jitter.map(Ok),
            max_runs: def.max_runs,
            missed: def.missed,
            grace: def.grace.map(Ok),
            tags: def.tags.iter().map(|&tag| tag.to_owned()).collect(),
            threaded: def.threaded,
            disabled: def.disabled,
            on_success: hook(def.on_success),
            on_failed: hook(def.on_failed),
            on_complete: hook(def.on_complete),
            ..Task::of_body(Arc::new(def.body))
        }
    }
}

/// Reads what an attribute says for all its schedules. The attribute has
/// checked the texts.
fn defaults(def: &TaskDef) -> Result<Defaults, ScheduleError> {
    Ok(Defaults {
        zone: def.timezone.map(str::parse).transpose()?,
        until: def.until.map(str::parse).transpose()?,
        between: def.between.map(str::parse).transpose()?,
        days: def.days.map(str::parse).transpose()?,
        gap: def.gap.map(str::parse).transpose()?,
        fold: def.fold.map(str::parse).transpose()?,
    })
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("name", &self.name)
            .field("schedules", &self.schedules)
            .finish_non_exhaustive()
    }
}
