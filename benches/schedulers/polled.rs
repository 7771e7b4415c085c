//! Those that fire when they are asked to.

use std::time::Duration;

use clokwerk::TimeUnits;
use job_scheduler_ng::{Job, JobScheduler};

use super::{FIRED, Scheduler, body, debug};
use crate::Error;

debug!(Clokwerk, Skedge, JobSchedulerNg);

/// `clokwerk`. It can't remove a job.
pub struct Clokwerk(clokwerk::Scheduler);

impl Scheduler for Clokwerk {
    type Key = ();
    const IS_DRIVEN: bool = false;

    fn new() -> Result<Clokwerk, Error> {
        Ok(Clokwerk(clokwerk::Scheduler::new()))
    }

    fn add(&mut self, value: u64, period: Duration) -> Result<(), Error> {
        let seconds = u32::try_from(period.as_secs())?;
        self.0.every(seconds.seconds()).run(body(value));
        Ok(())
    }

    fn fire(&mut self) {
        self.0.run_pending();
    }
}

/// `skedge`. It removes by tag, which each job then needs.
pub struct Skedge(skedge::Scheduler);

impl Scheduler for Skedge {
    type Key = ();
    const IS_DRIVEN: bool = false;

    fn new() -> Result<Skedge, Error> {
        Ok(Skedge(skedge::Scheduler::new()))
    }

    fn add(&mut self, value: u64, period: Duration) -> Result<(), Error> {
        // It takes functions, and their arguments beside them.
        let run = |value: u64| {
            FIRED.fetch_add(value, std::sync::atomic::Ordering::Relaxed);
        };
        let job = match u32::try_from(period.as_secs())? {
            1 => skedge::every_single().second()?,
            seconds => skedge::every(seconds).seconds()?,
        };
        Ok(job.run_one_arg(&mut self.0, run, value)?)
    }

    fn fire(&mut self) {
        // Its error is one of its own arithmetic; that nothing was fired is noticed.
        let _ = self.0.run_pending();
    }
}

/// `job_scheduler_ng`. It knows cron only, so that the interval is a divisor of a minute, or a
/// day.
pub struct JobSchedulerNg(JobScheduler<'static>);

impl Scheduler for JobSchedulerNg {
    type Key = job_scheduler_ng::Uuid;
    const IS_DRIVEN: bool = false;

    fn new() -> Result<JobSchedulerNg, Error> {
        Ok(JobSchedulerNg(JobScheduler::new()))
    }

    fn add(&mut self, value: u64, period: Duration) -> Result<Self::Key, Error> {
        let cron = match period.as_secs() {
            86_400 => "0 0 0 * * *".to_owned(),
            seconds => format!("*/{seconds} * * * * *"),
        };
        let cron = cron
            .parse()
            .map_err(|_| "an expression that it can't read")?;
        Ok(self.0.add(Job::new(cron, body(value))))
    }

    fn remove(&mut self, key: Self::Key) -> Result<(), Error> {
        if self.0.remove(key) {
            Ok(())
        } else {
            Err("it has no such job".into())
        }
    }

    /// From its first tick on it knows what it has missed.
    fn start(&mut self) -> Result<(), Error> {
        self.fire();
        Ok(())
    }

    fn fire(&mut self) {
        self.0.tick();
    }
}
