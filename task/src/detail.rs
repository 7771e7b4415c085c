//! What is to be seen of a task from outside.

use std::{num::NonZeroU64, time::Duration};

use chrono::{DateTime, Utc};

use crate::{
    backoff::Backoff,
    clock::Now,
    definition::{Definition, Origin},
    health::Health,
    jobs::JobEntry,
    overridden::Overridden,
    policy::{Missed, Overlap},
    record::{Counters, Record},
    run::{Outcome, Run},
    state::State,
};

/// Everything there is to know about a task at one moment.
///
/// With the feature `serde` it can be serialized: see [below](#as-json).
///
/// # Example
///
/// ```
/// use task::{ManualClock, Task, TaskManager};
///
/// let clock = ManualClock::new();
/// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
/// manager.add(Task::new("sync", || Err::<(), _>("disk full")).every("30s").tag("io"))?;
///
/// clock.advance(std::time::Duration::from_secs(30));
/// manager.run_pending();
///
/// let detail = &manager.tasks_detail()[0];
/// assert_eq!(detail.name, "sync");
/// assert_eq!(detail.jobs[0].description, "Every 30 seconds");
/// assert_eq!(detail.counters.failed, 1);
/// assert_eq!(detail.last.as_ref().and_then(|last| last.outcome.error()), Some("disk full"));
/// # Ok::<(), task::Error>(())
/// ```
///
/// # As JSON
///
/// Instants are RFC 3339 texts in UTC, durations are numbers of seconds, and
/// policies are what the attribute takes. What there is none of is `null`. Fields may be
/// added in later versions.
///
/// ```
/// # #[cfg(feature = "serde")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use task::{Context, ManualClock, Task, TaskManager, every};
///
/// let clock = ManualClock::new(); // Monday, 2024-01-01 00:00:00 UTC.
/// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
/// let body = {
///     let clock = clock.clone();
///     move |context: &Context| {
///         clock.advance(std::time::Duration::from_millis(1_500));
///         Err::<(), _>("disk full")
///     }
/// };
/// let sync = Task::new("sync", body)
///     .description("Copies what is new.")
///     .schedule(every(30).seconds())
///     .schedule(every(1).day().at("10:30").timezone("UTC"))
///     .timeout("1m")
///     .exclusive("disk")
///     .tag("io");
/// manager.add(sync)?;
/// clock.advance(std::time::Duration::from_secs(30));
/// manager.run_pending();
///
/// let mut detail = serde_json::to_value(&manager.tasks_detail()[0])?;
/// assert!(detail["location"].as_str().is_some_and(|place| place.contains(".rs:")));
/// detail["location"] = "src/main.rs:12".into(); // It is another one in each program.
/// let run = serde_json::json!({
///     "job": 0, // The first one; null for a run that was asked for by hand.
///     "fire_time": "2024-01-01T00:00:30Z",
///     "started_at": "2024-01-01T00:00:30Z",
///     "ended_at": "2024-01-01T00:00:31.500Z",
///     "duration": 1.5,
///     "attempt": 1,
///     // Or succeeded (without a message), panicked, timed_out, cancelled.
///     "outcome": { "kind": "failed", "message": "disk full" },
/// });
/// assert_eq!(detail, serde_json::json!({
///     "name": "sync",
///     "description": "Copies what is new.",
///     "module": "", // That of an annotated function.
///     "location": "src/main.rs:12",
///     "origin": "code", // Or attribute.
///     "tags": ["io"],
///     "jobs": [
///         {
///             "schedule": "every 30s",
///             "description": "Every 30 seconds",
///             "timezone": null,
///             "next_run": "2024-01-01T00:01:00Z",
///             "last_run": "2024-01-01T00:00:30Z",
///             "runs": 1,
///             "ended": false,
///         },
///         {
///             "schedule": "every day at 10:30 in UTC",
///             "description": "Every day at 10:30 (UTC)",
///             "timezone": "UTC",
///             "next_run": "2024-01-01T10:30:00Z",
///             "last_run": null,
///             "runs": 0,
///             "ended": false,
///         },
///     ],
///     "next_run": "2024-01-01T00:01:00Z",
///     "enabled": true,
///     "running": false,
///     "threaded": false,
///     "is_async": false,
///     "policies": {
///         "overlap": "skip", // Or queue, allow, cancel, or a number.
///         "missed": "once", // Or skip, all.
///         "retry": 0,
///         "backoff": "1s to 1m",
///         "timeout": 60.0,
///         "disable_after": null,
///         "exclusive": ["disk"],
///         "priority": 0,
///     },
///     // What a `Config` has set: `{ "key": "every", "value": "5m", "by": "tasks.toml" }`.
///     "overridden": [],
///     // Or ok, running, stuck, overdue with the number of its `periods`.
///     "health": { "state": "failing", "in_a_row": 1 },
///     "last": run,
///     "history": [run],
///     "last_callback_panic": null,
///     "counters": {
///         "ran": 1,
///         "failed": 1,
///         "panicked": 0,
///         "timed_out": 0,
///         "cancelled": 0,
///         "retried": 0,
///         "skipped": { "overlap": 0, "disabled": 0, "condition": 0, "stopped": 0 },
///         "missed": 0,
///         "callbacks_panicked": 0,
///     },
/// }));
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "serde"))]
/// # fn main() {}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TaskDetail {
    /// The name.
    pub name: String,
    /// The doc comment of the function, or what [`Task::description`](crate::Task::description) said.
    pub description: String,
    /// The path of the module of the function; empty for tasks made at run time.
    pub module: String,
    /// Where the task was written: file and line.
    pub location: String,
    /// Whether the task comes from an attribute or was made at run time.
    pub origin: Origin,
    /// The tags, sorted.
    pub tags: Vec<String>,
    /// The jobs, in the order in which their schedules were given.
    pub jobs: Vec<JobDetail>,
    /// When the next run comes, by the wall clock.
    pub next_run: Option<DateTime<Utc>>,
    /// False if fires are skipped.
    pub enabled: bool,
    /// True from the moment a run is decided on until its callbacks have returned.
    pub running: bool,
    /// True if the body runs on a worker thread.
    pub threaded: bool,
    /// True if the body is async.
    pub is_async: bool,
    /// What the task does when things don't go as planned.
    pub policies: PolicyDetail,
    /// What a configuration has set on it, sorted by key: see `Config`.
    pub overridden: Vec<Overridden>,
    /// How the task is doing.
    pub health: Health,
    /// The last run that ended.
    pub last: Option<RunDetail>,
    /// The last runs that ended, the oldest first.
    pub history: Vec<RunDetail>,
    /// The message of the last callback that panicked, after the name of its key.
    pub last_callback_panic: Option<String>,
    /// What happened how often.
    pub counters: Counters,
}

/// Everything there is to know about a job at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct JobDetail {
    /// The schedule in its canonical form, which can be parsed.
    pub schedule: String,
    /// The schedule in a sentence for people.
    pub description: String,
    /// The time zone that the schedule names.
    pub timezone: Option<String>,
    /// When the job fires next, by the wall clock.
    pub next_run: Option<DateTime<Utc>>,
    /// When the last run that this job gave was started.
    pub last_run: Option<DateTime<Utc>>,
    /// How many runs the job has started.
    pub runs: u64,
    /// True if the job will not fire any more.
    pub ended: bool,
}

/// The policies of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PolicyDetail {
    /// What a fire does while the task is running.
    pub overlap: Overlap,
    /// What happens to fires that were missed.
    pub missed: Missed,
    /// How many attempts may follow a failed one.
    pub retry: u32,
    /// How long a failed run waits for its next attempt.
    pub backoff: Backoff,
    /// How long one attempt may take.
    #[cfg_attr(feature = "serde", serde(serialize_with = "maybe_seconds"))]
    pub timeout: Option<Duration>,
    /// After how many failures in a row the task is disabled.
    pub disable_after: Option<u64>,
    /// The groups of which only one task runs at a time.
    pub exclusive: Vec<String>,
    /// The order among the jobs that are due at one time.
    pub priority: i32,
}

/// One run that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RunDetail {
    /// The place of the job that gave it; `None` if it was asked for by hand.
    pub job: Option<usize>,
    /// When the run should have started.
    pub fire_time: DateTime<Utc>,
    /// When the body was first called.
    pub started_at: DateTime<Utc>,
    /// When the body last returned.
    pub ended_at: DateTime<Utc>,
    /// How long the run took, with all its attempts.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::run::seconds"))]
    pub duration: Duration,
    /// How many attempts there were.
    pub attempt: u32,
    /// How the run ended.
    pub outcome: Outcome,
}

impl TaskDetail {
    pub(crate) fn new(state: &State, record: &Record, now: Now) -> TaskDetail {
        let definition = &record.cell.definition;
        let mut jobs = Vec::new();
        for id in record.jobs.iter() {
            if let Some(job) = state.jobs.get(id.0) {
                jobs.push(JobDetail::new(state, job));
            }
        }
        let mut history = Vec::new();
        for run in record.runs() {
            history.push(RunDetail::new(&run));
        }
        TaskDetail {
            name: definition.name.to_string(),
            description: definition.description.clone(),
            module: definition.written.module.to_owned(),
            location: definition.written.place.to_string(),
            origin: definition.written.origin,
            tags: definition.tags.clone(),
            jobs,
            next_run: state.next_run(record),
            enabled: record.cell.is_enabled(),
            running: record.cell.is_running(),
            threaded: definition.threaded,
            is_async: definition.is_async(),
            policies: PolicyDetail::new(definition),
            overridden: definition.overridden.clone(),
            health: Health::of(state, record, now),
            last: record.last().as_ref().map(RunDetail::new),
            history,
            last_callback_panic: record.callback_panic(),
            counters: record.counters(),
        }
    }
}

impl PolicyDetail {
    fn new(definition: &Definition) -> PolicyDetail {
        let policies = &definition.policies;
        let mut exclusive = Vec::new();
        for group in policies.exclusive.iter() {
            exclusive.push(group.to_string());
        }
        PolicyDetail {
            overlap: policies.overlap,
            missed: definition.options.missed,
            retry: policies.retry,
            backoff: policies.backoff,
            timeout: policies.timeout,
            disable_after: policies.disable_after.map(NonZeroU64::get),
            exclusive,
            priority: policies.priority,
        }
    }
}

impl JobDetail {
    fn new(state: &State, job: &JobEntry) -> JobDetail {
        let job = job.state();
        let schedule = job.timing.schedule();
        JobDetail {
            schedule: schedule.to_string(),
            description: schedule.describe(),
            timezone: schedule.timezone().map(|zone| zone.to_string()),
            next_run: job.next_run(&state.timeline),
            last_run: job.last_run,
            runs: job.runs,
            ended: job.is_ended(),
        }
    }
}

impl RunDetail {
    pub(crate) fn new(run: &Run) -> RunDetail {
        RunDetail {
            job: run.job(),
            fire_time: run.fire_time(),
            started_at: run.started_at(),
            ended_at: run.ended_at(),
            duration: run.duration(),
            attempt: run.attempt(),
            outcome: run.outcome().clone(),
        }
    }
}

/// Writes a span as a number of seconds.
#[cfg(feature = "serde")]
fn maybe_seconds<S: serde::Serializer>(
    span: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match span {
        Some(span) => crate::run::seconds(span, serializer),
        None => serializer.serialize_none(),
    }
}
