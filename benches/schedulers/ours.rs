//! Ours: with a clock that is moved by hand, with the system's, and on its own thread.

use std::time::Duration;

use task::{ManualClock, Schedule, Task, TaskFunction, TaskManager, every};

use super::{Scheduler, body};
use crate::Error;

/// A manager that is asked, on the system's clock.
#[derive(Debug)]
pub struct Ours {
    manager: TaskManager,
    n_added: u64,
    /// The last one asked for: a program that adds a million jobs makes it once.
    schedule: Option<(Duration, Schedule)>,
}

impl Ours {
    fn with(manager: TaskManager) -> Ours {
        Ours {
            manager,
            n_added: 0,
            schedule: None,
        }
    }

    /// Returns the manager.
    pub fn manager(&self) -> &TaskManager {
        &self.manager
    }

    fn schedule(&mut self, period: Duration) -> Result<Schedule, Error> {
        match &self.schedule {
            Some((of, schedule)) if *of == period => Ok(schedule.clone()),
            _ => {
                let schedule: Schedule = every(u32::try_from(period.as_secs())?)
                    .seconds()
                    .try_into()?;
                self.schedule = Some((period, schedule.clone()));
                Ok(schedule)
            }
        }
    }
}

impl Scheduler for Ours {
    type Key = TaskFunction;
    const IS_DRIVEN: bool = false;

    fn new() -> Result<Ours, Error> {
        Ok(Ours::with(TaskManager::builder().empty().build()))
    }

    fn add(&mut self, value: u64, period: Duration) -> Result<TaskFunction, Error> {
        let name = format!("job-{}", self.n_added);
        self.n_added += 1;
        let task = Task::new(name, body(value)).schedule(self.schedule(period)?);
        Ok(self.manager.add(task)?)
    }

    fn remove(&mut self, key: TaskFunction) -> Result<(), Error> {
        Ok(self.manager.remove(key.name())?)
    }

    fn reschedule(&mut self, key: &TaskFunction, period: Duration) -> Result<(), Error> {
        Ok(key.reschedule(self.schedule(period)?)?)
    }

    fn fire(&mut self) {
        self.manager.run_pending();
    }
}

/// The same, on a clock that is moved by hand.
#[derive(Debug)]
pub struct OursByHand {
    inner: Ours,
    clock: ManualClock,
}

impl OursByHand {
    /// Returns the manager.
    pub fn manager(&self) -> &TaskManager {
        &self.inner.manager
    }
}

impl Scheduler for OursByHand {
    type Key = TaskFunction;
    const IS_DRIVEN: bool = false;

    fn new() -> Result<OursByHand, Error> {
        let clock = ManualClock::new();
        let manager = TaskManager::builder().empty().clock(clock.clone()).build();
        let inner = Ours::with(manager);
        Ok(OursByHand { inner, clock })
    }

    fn add(&mut self, value: u64, period: Duration) -> Result<TaskFunction, Error> {
        self.inner.add(value, period)
    }

    fn remove(&mut self, key: TaskFunction) -> Result<(), Error> {
        self.inner.remove(key)
    }

    fn reschedule(&mut self, key: &TaskFunction, period: Duration) -> Result<(), Error> {
        self.inner.reschedule(key, period)
    }

    fn pass(&mut self, time: Duration) {
        self.clock.advance(time);
    }

    fn fire(&mut self) {
        self.inner.fire();
    }
}

/// The same, on the system's clock and its own thread.
#[derive(Debug)]
pub struct OursRunning(Ours);

impl Scheduler for OursRunning {
    type Key = TaskFunction;
    const IS_DRIVEN: bool = true;

    fn new() -> Result<OursRunning, Error> {
        let inner = Ours::new()?;
        inner.manager.run()?;
        Ok(OursRunning(inner))
    }

    fn add(&mut self, value: u64, period: Duration) -> Result<TaskFunction, Error> {
        self.0.add(value, period)
    }

    fn remove(&mut self, key: TaskFunction) -> Result<(), Error> {
        self.0.remove(key)
    }

    fn reschedule(&mut self, key: &TaskFunction, period: Duration) -> Result<(), Error> {
        self.0.reschedule(key, period)
    }
}
