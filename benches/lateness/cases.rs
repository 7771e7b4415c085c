//! Who fires jobs, and at which instants.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use chrono::{TimeDelta, Utc};
use clokwerk::TimeUnits as _;
use scheduled_thread_pool::{OnPoolDropBehavior, ScheduledThreadPool};
use task::{Context, Task, TaskManager};
use task_benches::Error;
use tokio::runtime::Runtime;

use Who::{Async, Bare, BarePrecise, BareStd, Clokwerk, Inline, Pool, Precise, Threaded, Tokio};

pub(crate) const PERIOD: Duration = Duration::from_secs(1);

/// Of the runtimes and the pool; a machine of the table's kind has as many cores.
const THREADS: usize = 2;

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Who {
    Bare,
    BareStd,
    BarePrecise,
    Inline,
    Precise,
    Threaded,
    Async,
    Tokio,
    Pool,
    Clokwerk,
}

impl Who {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Bare => "a bare thread, `parking_lot`",
            BareStd => "a bare thread, `std`",
            BarePrecise => "a bare thread, as `precise`",
            Inline => "task, inline",
            Precise => "task, inline, `precise`",
            Threaded => "task, threaded",
            Async => "task, async on tokio",
            Tokio => "`tokio::time::sleep_until`",
            Pool => "scheduled-thread-pool",
            Clokwerk => "clokwerk, looking every 100 ms",
        }
    }
}

/// Jobs that fire each second: when in the second, and for how long.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) n_jobs: u32,
    pub(crate) phase: Duration,
    pub(crate) step: Duration,
    /// What fires before is not counted: threads are started by it.
    pub(crate) warm_up: Duration,
    pub(crate) span: Duration,
}

impl Plan {
    /// Returns when a job fires for the first time, after the start.
    fn first(self, job: u32) -> Duration {
        self.phase + self.step * job
    }

    /// Returns all fires after the start, as they come.
    fn fires(self) -> impl Iterator<Item = Duration> {
        let jobs = move |second| (0..self.n_jobs).map(move |job| PERIOD * second + self.first(job));
        (0..).flat_map(jobs).take_while(move |&at| at < self.span)
    }
}

pub(crate) struct Fire {
    pub(crate) due: Instant,
    /// Microseconds.
    pub(crate) late: f64,
}

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Fire>>>);

impl Seen {
    fn note(&self, due: Instant) {
        let now = Instant::now();
        let early = due.saturating_duration_since(now);
        let late = now.saturating_duration_since(due).as_secs_f64() - early.as_secs_f64();
        let late = late * 1e6;
        let mut fires = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        fires.push(Fire { due, late });
    }

    fn take(&self) -> Vec<Fire> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Has the jobs fire for the span, and returns the fires after the warm-up as they were
/// due.
pub(crate) fn measure(who: Who, plan: Plan) -> Result<Vec<Fire>, Error> {
    let seen = Seen::default();
    match who {
        Bare | BarePrecise => {
            set_slack(who == BarePrecise)?;
            let mutex = parking_lot::Mutex::new(());
            let condvar = parking_lot::Condvar::new();
            let mut guard = mutex.lock();
            bare(plan, &seen, |due| {
                while !condvar.wait_until(&mut guard, due).timed_out() {}
            });
            set_slack(false)?;
        }
        BareStd => {
            let (mutex, condvar) = (Mutex::new(()), Condvar::new());
            bare(plan, &seen, |due| {
                let mut guard = mutex.lock().unwrap_or_else(PoisonError::into_inner);
                loop {
                    let rest = due.saturating_duration_since(Instant::now());
                    let waited = condvar.wait_timeout(guard, rest);
                    let (again, result) = waited.unwrap_or_else(PoisonError::into_inner);
                    if result.timed_out() {
                        return;
                    }
                    guard = again;
                }
            });
        }
        Inline | Precise | Threaded | Async => ours(who, plan, &seen)?,
        Tokio => tokio_sleeps(plan, &seen)?,
        Pool => pool(plan, &seen),
        Clokwerk => clokwerk(plan, &seen)?,
    }
    let mut fires = seen.take();
    fires.sort_by_key(|fire| fire.due);
    // Those that are due as the span ends may be cut off.
    let n_expected = plan.fires().count();
    if fires.len() + 10 < n_expected && who != Clokwerk {
        let name = who.name();
        return Err(format!("{name}: {} of {n_expected} fires have come", fires.len()).into());
    }
    let begin = fires.first().map_or_else(Instant::now, |fire| fire.due);
    fires.retain(|fire| fire.due >= begin + plan.warm_up);
    Ok(fires)
}

/// Sets how late a wait of this thread may end: the least, or the usual.
#[cfg(target_os = "linux")]
fn set_slack(least: bool) -> Result<(), Error> {
    let least = least.then_some(std::num::NonZeroU64::MIN);
    Ok(rustix::thread::set_current_timer_slack(least)?)
}

#[cfg(not(target_os = "linux"))]
fn set_slack(_least: bool) -> Result<(), Error> {
    Ok(())
}

fn bare(plan: Plan, seen: &Seen, mut wait: impl FnMut(Instant)) {
    let start = Instant::now();
    for at in plan.fires() {
        wait(start + at);
        seen.note(start + at);
    }
}

fn ours(who: Who, plan: Plan, seen: &Seen) -> Result<(), Error> {
    let mut builder = TaskManager::builder().empty().precise(who == Precise);
    let runtime = runtime()?;
    if who == Async {
        builder = builder.tokio(runtime.handle().clone());
    }
    // A fire time is wall time at the start, and what has passed since: so it is an instant.
    let (before, wall, after) = (Instant::now(), Utc::now(), Instant::now());
    let manager = builder.build();
    let instant = before + (after - before) / 2;
    let due = move |context: &Context| {
        let since: TimeDelta = context.fire_time() - wall;
        instant + since.to_std().unwrap_or_default()
    };
    for job in 0..plan.n_jobs {
        let (name, seen) = (format!("job-{job}"), seen.clone());
        let task = match who {
            Async => Task::new_async(name, move |context: &Context| {
                let (due, seen) = (due(context), seen.clone());
                async move { seen.note(due) }
            }),
            _ => Task::new(name, move |context: &Context| seen.note(due(context))),
        };
        let task = if who == Threaded {
            task.threaded()
        } else {
            task
        };
        let first = format!("{}us", plan.first(job).as_micros());
        manager.add(task.every("1s").start(first))?;
    }
    manager.run()?;
    thread::sleep(plan.span);
    manager.stop();
    Ok(())
}

fn tokio_sleeps(plan: Plan, seen: &Seen) -> Result<(), Error> {
    let runtime = runtime()?;
    let start = Instant::now();
    for job in 0..plan.n_jobs {
        let (mut due, seen) = (start + plan.first(job), seen.clone());
        runtime.spawn(async move {
            loop {
                tokio::time::sleep_until(due.into()).await;
                seen.note(due);
                due += PERIOD;
            }
        });
    }
    thread::sleep(plan.span);
    Ok(())
}

fn runtime() -> Result<Runtime, Error> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    Ok(builder.worker_threads(THREADS).enable_time().build()?)
}

fn pool(plan: Plan, seen: &Seen) {
    let pool = ScheduledThreadPool::builder()
        .num_threads(THREADS)
        .on_drop_behavior(OnPoolDropBehavior::DiscardPendingScheduled)
        .build();
    let start = Instant::now();
    for job in 0..plan.n_jobs {
        let seen = seen.clone();
        // It counts from the instant of the call, which is this one but for nanoseconds.
        let now = Instant::now();
        let mut due = start.max(now) + plan.first(job);
        pool.execute_at_fixed_rate(plan.first(job), PERIOD, move || {
            seen.note(due);
            due += PERIOD;
        });
    }
    thread::sleep(plan.span);
}

/// Its jobs are due at whole seconds of the wall clock.
fn clokwerk(plan: Plan, seen: &Seen) -> Result<(), Error> {
    let mut scheduler = clokwerk::Scheduler::with_tz(Utc);
    let seen = seen.clone();
    scheduler.every(1.seconds()).run(move || {
        let (wall, now) = (Utc::now(), Instant::now());
        let late = Duration::from_nanos(wall.timestamp_subsec_nanos().into());
        if let Some(due) = now.checked_sub(late) {
            seen.note(due);
        }
    });
    let handle = scheduler.watch_thread(Duration::from_millis(100));
    thread::sleep(plan.span);
    handle.stop();
    Ok(())
}
