//! Those with threads of their own.
//!
//! Where there is a choice, it is one thread: all compared ones fire on one at a time.

use std::{fmt, time::Duration};

use delay_timer::prelude::{DelayTimerBuilder, TaskBuilder};
use easy_schedule::prelude::{CancellationToken, Notifiable, Task as EasyTask, async_trait};
use sacs::{
    scheduler::{CancelOpts, TaskScheduler},
    task::{Task as SacsTask, TaskId, TaskSchedule},
};
use scheduled_thread_pool::JobHandle;
use tokio::{
    runtime::{Builder, Runtime},
    task::AbortHandle,
    time::{Instant, sleep_until},
};
use tokio_cron_scheduler::{Job, JobScheduler};

use super::{Scheduler, body, debug};
use crate::Error;

fn runtime() -> Result<Runtime, Error> {
    let mut builder = Builder::new_multi_thread();
    Ok(builder.worker_threads(1).enable_all().build()?)
}

debug!(
    ScheduledThreadPool,
    TokioTimers, TokioCronScheduler, DelayTimer, Sacs, EasySchedule
);

/// `scheduled-thread-pool` with one thread.
pub struct ScheduledThreadPool(scheduled_thread_pool::ScheduledThreadPool);

impl Scheduler for ScheduledThreadPool {
    type Key = JobHandle;
    const IS_DRIVEN: bool = true;

    fn new() -> Result<ScheduledThreadPool, Error> {
        let pool = scheduled_thread_pool::ScheduledThreadPool::new(1);
        Ok(ScheduledThreadPool(pool))
    }

    fn add(&mut self, value: u64, period: Duration) -> Result<JobHandle, Error> {
        Ok(self.0.execute_at_fixed_rate(period, period, body(value)))
    }

    /// Marks it: it stays in the queue until it comes due.
    fn remove(&mut self, key: JobHandle) -> Result<(), Error> {
        key.cancel();
        Ok(())
    }
}

/// `tokio`'s timers: a task for each job, which sleeps until the next fire. No scheduler, but
/// what many do without one.
pub struct TokioTimers(Runtime);

impl Scheduler for TokioTimers {
    type Key = AbortHandle;
    const IS_DRIVEN: bool = true;

    fn new() -> Result<TokioTimers, Error> {
        Ok(TokioTimers(runtime()?))
    }

    fn add(&mut self, value: u64, period: Duration) -> Result<AbortHandle, Error> {
        let body = body(value);
        let mut due = Instant::now() + period;
        let task = self.0.spawn(async move {
            loop {
                sleep_until(due).await;
                body();
                due += period;
            }
        });
        Ok(task.abort_handle())
    }

    fn remove(&mut self, key: AbortHandle) -> Result<(), Error> {
        key.abort();
        Ok(())
    }
}

/// `tokio-cron-scheduler`, with repeated jobs.
pub struct TokioCronScheduler {
    runtime: Runtime,
    scheduler: JobScheduler,
}

impl Scheduler for TokioCronScheduler {
    type Key = uuid::Uuid;
    const IS_DRIVEN: bool = true;

    fn new() -> Result<TokioCronScheduler, Error> {
        let runtime = runtime()?;
        let scheduler = runtime.block_on(JobScheduler::new())?;
        runtime.block_on(scheduler.start())?;
        Ok(TokioCronScheduler { runtime, scheduler })
    }

    fn add(&mut self, value: u64, period: Duration) -> Result<uuid::Uuid, Error> {
        let body = body(value);
        let job = Job::new_repeated(period, move |_, _| body())?;
        Ok(self.runtime.block_on(self.scheduler.add(job))?)
    }

    fn remove(&mut self, key: uuid::Uuid) -> Result<(), Error> {
        Ok(self.runtime.block_on(self.scheduler.remove(&key))?)
    }
}

/// `delay_timer` with its own runtimes. What is asked of it is done on another thread, later.
pub struct DelayTimer {
    timer: delay_timer::prelude::DelayTimer,
    n_added: u64,
}

impl DelayTimer {
    fn task(id: u64, value: u64, period: Duration) -> Result<delay_timer::prelude::Task, Error> {
        let mut builder = TaskBuilder::default();
        builder
            .set_task_id(id)
            .set_frequency_repeated_by_seconds(period.as_secs());
        Ok(builder.spawn_routine(body(value))?)
    }
}

impl Scheduler for DelayTimer {
    type Key = u64;
    const IS_DRIVEN: bool = true;

    fn new() -> Result<DelayTimer, Error> {
        let timer = DelayTimerBuilder::default().build();
        Ok(DelayTimer { timer, n_added: 0 })
    }

    fn add(&mut self, value: u64, period: Duration) -> Result<u64, Error> {
        self.n_added += 1;
        let id = self.n_added;
        self.timer.add_task(DelayTimer::task(id, value, period)?)?;
        Ok(id)
    }

    fn remove(&mut self, key: u64) -> Result<(), Error> {
        Ok(self.timer.remove_task(key)?)
    }

    fn reschedule(&mut self, key: &u64, period: Duration) -> Result<(), Error> {
        Ok(self.timer.update_task(DelayTimer::task(*key, 1, period)?)?)
    }
}

/// `sacs` on a runtime of one thread. What is asked of it is done by another task, later.
pub struct Sacs {
    runtime: Runtime,
    scheduler: sacs::scheduler::Scheduler,
}

impl Scheduler for Sacs {
    type Key = TaskId;
    const IS_DRIVEN: bool = true;

    fn new() -> Result<Sacs, Error> {
        let runtime = runtime()?;
        let scheduler = runtime.block_on(async { sacs::scheduler::Scheduler::default() });
        Ok(Sacs { runtime, scheduler })
    }

    fn add(&mut self, value: u64, period: Duration) -> Result<TaskId, Error> {
        let body = body(value);
        let schedule = TaskSchedule::IntervalDelayed(period, period);
        let task = SacsTask::new(schedule, move |_| {
            let body = body.clone();
            Box::pin(async move { body() })
        });
        Ok(self.runtime.block_on(self.scheduler.add(task))?)
    }

    fn remove(&mut self, key: TaskId) -> Result<(), Error> {
        let cancelled = self.scheduler.cancel(key, CancelOpts::Ignore);
        Ok(self.runtime.block_on(cancelled)?)
    }
}

/// `easy-schedule` on a runtime of one thread. It can't remove one job.
pub struct EasySchedule {
    runtime: Runtime,
    scheduler: easy_schedule::Scheduler,
}

struct EasyJob<F> {
    period: Duration,
    body: F,
}

impl<F> fmt::Debug for EasyJob<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EasyJob").finish_non_exhaustive()
    }
}

#[async_trait]
impl<F: Fn() + Send + Sync> Notifiable for EasyJob<F> {
    fn get_task(&self) -> EasyTask {
        EasyTask::Interval(self.period.as_secs(), None)
    }

    async fn on_time(&self, _cancel: CancellationToken) {
        (self.body)();
    }
}

impl Scheduler for EasySchedule {
    type Key = ();
    const IS_DRIVEN: bool = true;

    fn new() -> Result<EasySchedule, Error> {
        let runtime = runtime()?;
        let scheduler = easy_schedule::Scheduler::new();
        Ok(EasySchedule { runtime, scheduler })
    }

    fn add(&mut self, value: u64, period: Duration) -> Result<(), Error> {
        let body = body(value);
        let job = EasyJob { period, body };
        self.runtime.block_on(self.scheduler.run(job));
        Ok(())
    }
}
