//! The run-time twin of the attribute.

use std::{any::TypeId, fmt, sync::Arc, time::Duration};

use task_schedule::{
    Between, Days, Error as ScheduleError, Fold, Gap, IntoSchedules, Schedule, Until, Zone,
    parse_span,
};

use crate::{
    backoff::Backoff,
    body::{Async, Body, Call, EndingFuture, Need, Plain, WithContext},
    context::Context,
    definition::{Hook, Origin, Written},
    ending::{Ending, TaskResult},
    error::Place,
    overridden::Overridden,
    policies::{SkipHook, When},
    policy::{Missed, Overlap},
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
    pub(crate) description: String,
    pub(crate) written: Written,
    pub(crate) body: Call,
    /// The states that the body takes.
    pub(crate) needs: Vec<Need>,
    pub(crate) schedules: Vec<Result<Schedule, ScheduleError>>,
    /// The other options. Most tasks that are made in great numbers say none of them.
    pub(crate) said: Option<Box<Said>>,
}

/// What a task says beside its schedules, before it is checked.
#[derive(Default)]
pub(crate) struct Said {
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
    pub(crate) missed: Option<Result<Missed, String>>,
    pub(crate) grace: Option<Result<Duration, ScheduleError>>,
    pub(crate) tags: Vec<String>,
    pub(crate) threaded: bool,
    pub(crate) disabled: bool,
    pub(crate) on_success: Option<Hook>,
    pub(crate) on_failed: Option<Hook>,
    pub(crate) on_complete: Option<Hook>,
    pub(crate) on_skipped: Option<SkipHook>,
    pub(crate) overlap: Option<Result<Overlap, String>>,
    pub(crate) retry: u32,
    pub(crate) backoff: Option<Result<Backoff, ScheduleError>>,
    pub(crate) timeout: Option<Result<Duration, ScheduleError>>,
    pub(crate) when: Option<When>,
    pub(crate) disable_after: Option<u64>,
    pub(crate) exclusive: Vec<String>,
    pub(crate) priority: i32,
    pub(crate) history: Option<usize>,
    /// What the expressions panicked with that should have given a schedule.
    pub(crate) panicked: Vec<String>,
    /// What a configuration has set on it, sorted by key.
    pub(crate) overridden: Vec<Overridden>,
    /// The key of each schedule, if they come of a configuration.
    pub(crate) schedule_keys: Vec<&'static str>,
    /// The options in it whose values are of a kind that they can't have, and why.
    pub(crate) refused: Vec<(&'static str, String)>,
}

impl Task {
    /// Makes a task of a function or closure, without a schedule yet.
    ///
    /// A body may take any of what [`Param`](crate::Param) lists, and return
    /// `()`, a `Result` or a `ControlFlow<()>`: see [`TaskResult`].
    #[track_caller]
    pub fn new<M, F>(name: impl Into<String>, body: F) -> Task
    where
        F: Body<M>,
        F::Output: TaskResult,
    {
        let call: Call = if F::IS_PLAIN {
            // Such a body gives an ending always.
            Arc::new(Plain(move || {
                body.call_plain().map_or(Ending::Done, TaskResult::ending)
            }))
        } else {
            Arc::new(WithContext(move |context: &Context| {
                body.call(context).ending()
            }))
        };
        Task::at_run_time(name.into(), TypeId::of::<F>(), F::needs(), call)
    }

    /// Makes a task of a function or closure that returns a future.
    ///
    /// The future is driven by the builder's runtime; else, with the feature
    /// `tokio`, by the runtime inside of which the manager was started; else by a
    /// worker thread. It never holds up another job.
    ///
    /// The future owns what it uses: it takes the context by value, as
    /// `Context`. (An annotated `async fn` may take it as `&Context`.)
    ///
    /// # Example
    ///
    /// ```
    /// use std::sync::Arc;
    /// use task::{Context, ManualClock, State, Task, TaskManager};
    ///
    /// let clock = ManualClock::new();
    /// let manager = TaskManager::builder()
    ///     .empty()
    ///     .clock(clock.clone())
    ///     .state("db1".to_owned())
    ///     .build();
    /// let ping = |context: Context, host: State<String>| async move {
    ///     assert_eq!((context.task(), host.as_str()), ("ping", "db1"));
    ///     Err::<(), _>("no route")
    /// };
    /// let ping = manager.add(Task::new_async("ping", ping).every("30s"))?;
    ///
    /// clock.advance(std::time::Duration::from_secs(30));
    /// manager.settle();
    /// assert_eq!(ping.last().unwrap().error(), Some("no route"));
    /// # Ok::<(), task::Error>(())
    /// ```
    #[track_caller]
    pub fn new_async<M, F>(name: impl Into<String>, body: F) -> Task
    where
        F: Body<M>,
        F::Output: Future<Output: TaskResult> + Send + 'static,
    {
        let call = Arc::new(Async(move |context: &Context| {
            let future = body.call(context);
            Box::pin(async move { future.await.ending() }) as EndingFuture
        }));
        Task::at_run_time(name.into(), TypeId::of::<F>(), F::needs(), call)
    }

    #[track_caller]
    fn at_run_time(name: String, identity: TypeId, needs: Vec<Need>, body: Call) -> Task {
        let caller = std::panic::Location::caller();
        Task {
            name,
            description: String::new(),
            written: Written {
                module: "",
                place: Place {
                    file: caller.file(),
                    line: caller.line(),
                },
                identity,
                origin: Origin::Code,
            },
            body,
            needs,
            schedules: Vec::new(),
            said: None,
        }
    }

    /// Returns where the options go.
    pub(crate) fn say(&mut self) -> &mut Said {
        self.said.get_or_insert_default()
    }

    /// Adds a recurring schedule: `"30s"`, `"day at 10:30"`, `"monday at 09:00 in Europe/Berlin"`.
    pub fn every(mut self, phrase: impl AsRef<str>) -> Task {
        self.schedules.push(Schedule::parse_every(phrase.as_ref()));
        self
    }

    /// Adds a fixed delay: the span from the end of one run to the start of the next.
    pub fn delay(mut self, span: impl AsRef<str>) -> Task {
        self.schedules.push(Schedule::parse_delay(span.as_ref()));
        self
    }

    /// Adds a cron schedule: `"0 9 * * mon-fri"`, with 5 fields, 6 or 7.
    pub fn cron(mut self, expression: impl AsRef<str>) -> Task {
        self.schedules
            .push(Schedule::parse_cron(expression.as_ref()));
        self
    }

    /// Adds one fire at a date and time: `"2026-12-24 18:00"`.
    pub fn at(mut self, date_time: impl AsRef<str>) -> Task {
        self.schedules
            .push(Schedule::parse_once(date_time.as_ref()));
        self
    }

    /// Adds a schedule: a [`Schedule`], a chain of [`every`](crate::every), a text or a `Result`.
    /// An array or vector of these adds each.
    pub fn schedule(mut self, schedule: impl IntoSchedules) -> Task {
        let schedules = schedule.into_schedules();
        if self.schedules.is_empty() {
            self.schedules = schedules;
        } else {
            self.schedules.extend(schedules);
        }
        self
    }

    /// Sets the time zone of every schedule that names none: `"Europe/Berlin"`, `"UTC"`, `"local"`.
    pub fn timezone(mut self, zone: impl AsRef<str>) -> Task {
        self.say().timezone = Some(zone.as_ref().parse());
        self
    }

    /// Sets when the first run comes: `"now"`, or a span after the start.
    pub fn start(mut self, start: impl AsRef<str>) -> Task {
        self.say().start = Some(parse_start(start.as_ref()));
        self
    }

    /// Has intervals fire on multiples of their period since the Unix epoch.
    pub fn aligned(mut self) -> Task {
        self.say().aligned = true;
        self
    }

    /// Sets after when nothing fires: a date and time, a time of the day of the start, or a span.
    pub fn until(mut self, until: impl AsRef<str>) -> Task {
        self.say().until = Some(until.as_ref().parse());
        self
    }

    /// Leaves out fires at other hours than these: `"09:00 to 17:00"`.
    pub fn between(mut self, hours: impl AsRef<str>) -> Task {
        self.say().between = Some(hours.as_ref().parse());
        self
    }

    /// Leaves out fires on other days than these: `"mon-fri"`.
    pub fn days(mut self, days: impl AsRef<str>) -> Task {
        self.say().days = Some(days.as_ref().parse());
        self
    }

    /// Sets what a time means that doesn't exist since the clock is set forward over it.
    pub fn gap(mut self, gap: Gap) -> Task {
        self.say().gap = Some(Ok(gap));
        self
    }

    /// Sets what a time means that exists twice since the clock is set back over it.
    pub fn fold(mut self, fold: Fold) -> Task {
        self.say().fold = Some(Ok(fold));
        self
    }

    /// Ends each job after so many runs.
    pub fn max_runs(mut self, max_runs: u64) -> Task {
        self.say().max_runs = Some(max_runs);
        self
    }

    /// Moves each start by less than this span, spread evenly.
    ///
    /// By how much is computed from the task's name and the fire time, so that
    /// it is the same on every machine.
    pub fn jitter(mut self, span: impl AsRef<str>) -> Task {
        self.say().jitter = Some(parse_span(span.as_ref()));
        self
    }

    /// Sets what happens to fires that were missed.
    pub fn missed(mut self, missed: Missed) -> Task {
        self.say().missed = Some(Ok(missed));
        self
    }

    /// Sets how late a fire may be and still run, with [`Missed::Skip`].
    pub fn grace(mut self, span: impl AsRef<str>) -> Task {
        self.say().grace = Some(parse_span(span.as_ref()));
        self
    }

    /// Adds a tag.
    pub fn tag(mut self, tag: impl Into<String>) -> Task {
        self.say().tags.push(tag.into());
        self
    }

    /// Adds tags.
    pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Task {
        self.say().tags.extend(tags.into_iter().map(Into::into));
        self
    }

    /// Says what the task is for; shown in [`TaskDetail`](crate::TaskDetail).
    pub fn description(mut self, description: impl Into<String>) -> Task {
        self.description = description.into();
        self
    }

    /// Runs the body on a worker thread, where it holds up no other job.
    pub fn threaded(mut self) -> Task {
        self.say().threaded = true;
        self
    }

    /// Has the task start disabled; its schedule goes on.
    pub fn disabled(mut self) -> Task {
        self.say().disabled = true;
        self
    }
}

pub(crate) fn parse_start(text: &str) -> Result<Duration, ScheduleError> {
    match text {
        "now" => Ok(Duration::ZERO),
        span => parse_span(span),
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("name", &self.name)
            .field("schedules", &self.schedules)
            .finish_non_exhaustive()
    }
}
