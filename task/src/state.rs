//! Everything behind the scheduler's lock, and how its parts are kept in step.
//! Nothing here waits, reads a clock or calls user code.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::Arc,
};

use chrono::TimeDelta;
use task_schedule::{Basis, Schedule};

use crate::{
    clock::Now,
    error::{Error, ErrorKind},
    event::Event,
    executor::{Request, RunId},
    job::{JobId, JobState},
    queue::DueQueue,
    record::{Definition, Record, TaskCell},
    timeline::{Instants, Timeline},
};

#[derive(Debug)]
pub(crate) struct JobEntry {
    pub(crate) task: Arc<str>,
    pub(crate) state: JobState,
}

/// The loop that drives a scheduler from a thread of its own.
#[derive(Debug, Default)]
pub(crate) struct LoopState {
    /// The loop that shall run, if one shall.
    pub(crate) wanted: Option<u64>,
    pub(crate) last: u64,
    /// Those whose thread has not come to its end, a stuck one among them.
    pub(crate) alive: BTreeSet<u64>,
}

impl LoopState {
    pub(crate) fn is_running(&self) -> bool {
        self.wanted
            .is_some_and(|wanted| self.alive.contains(&wanted))
    }
}

#[derive(Debug, Default)]
pub(crate) struct WorkerState {
    /// Claimed runs that wait for a worker thread.
    pub(crate) ready: VecDeque<Request>,
    pub(crate) alive: usize,
    /// Those that are inside of a run. The end of the run ends it, so that who
    /// has seen a run end finds its worker free.
    pub(crate) busy: usize,
    pub(crate) started: u64,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) timeline: Timeline,
    pub(crate) tasks: BTreeMap<Arc<str>, Record>,
    pub(crate) jobs: HashMap<JobId, JobEntry>,
    pub(crate) elapsed: DueQueue,
    pub(crate) wall: DueQueue,
    last_job: u64,
    /// The runs that were claimed and have not ended.
    pub(crate) running: BTreeMap<RunId, Arc<str>>,
    pub(crate) main: LoopState,
    pub(crate) workers: WorkerState,
    /// How often the manager was stopped: a round that began before a stop starts nothing after it.
    pub(crate) stops: u64,
    /// The last handle was dropped.
    pub(crate) closed: bool,
    /// What was found wrong when the manager was built.
    pub(crate) problems: Vec<Error>,
    /// What has happened and was not told yet.
    pub(crate) events: Vec<Event>,
}

impl State {
    pub(crate) fn new(now: Now) -> State {
        State {
            timeline: Timeline::new(now),
            tasks: BTreeMap::new(),
            jobs: HashMap::new(),
            elapsed: DueQueue::default(),
            wall: DueQueue::default(),
            last_job: 0,
            running: BTreeMap::new(),
            main: LoopState::default(),
            workers: WorkerState::default(),
            stops: 0,
            closed: false,
            problems: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Returns why a task can't be added.
    pub(crate) fn conflict(&self, task: &Definition) -> Option<Error> {
        let other = self.tasks.get(&task.name)?;
        let (first, second) = (other.cell.definition.place, task.place);
        Some(
            ErrorKind::DuplicateName {
                name: task.name.to_string(),
                first,
                second,
            }
            .into(),
        )
    }

    /// Adds a task, which conflicts with none, and starts its jobs. Returns
    /// its cell, and whether one of its jobs is now the first to come.
    pub(crate) fn add(&mut self, task: Definition, now: Now) -> (Arc<TaskCell>, bool) {
        let cell = Arc::new(TaskCell::new(task));
        let name = cell.definition.name.clone();
        self.tasks.insert(name.clone(), Record::new(cell.clone()));
        let schedules = cell.definition.schedules.clone();
        let earlier = self.set_jobs(&name, schedules, now);
        (cell, earlier)
    }

    /// Gives a task new jobs in place of those that it has, and starts them.
    pub(crate) fn set_jobs(
        &mut self,
        name: &Arc<str>,
        schedules: Vec<Arc<Schedule>>,
        now: Now,
    ) -> bool {
        self.drop_jobs(name);
        let now = self.take_reading(now);
        let mut earlier = false;
        let Some(record) = self.tasks.get_mut(name) else {
            return false;
        };
        for (index, schedule) in (0..).zip(schedules) {
            let mut state = JobState::new(schedule, record.cell.definition.options, name, index);
            if !record.parked {
                state.start(now, &self.timeline);
            }
            self.last_job += 1;
            let id = JobId(self.last_job);
            record.jobs.push(id);
            let queue = match state.schedule.basis() {
                Basis::Elapsed => &mut self.elapsed,
                Basis::Wall => &mut self.wall,
            };
            earlier |= state.next.is_some_and(|next| queue.insert(next.due, id));
            self.jobs.insert(
                id,
                JobEntry {
                    task: name.clone(),
                    state,
                },
            );
        }
        earlier
    }

    fn drop_jobs(&mut self, name: &Arc<str>) {
        let jobs = self
            .tasks
            .get_mut(name)
            .map(|record| std::mem::take(&mut record.jobs));
        for id in jobs.unwrap_or_default() {
            self.unqueue(id);
            self.jobs.remove(&id);
        }
    }

    /// Returns how many tasks each crate gave.
    pub(crate) fn tasks_of_crates(&self) -> BTreeMap<&str, usize> {
        let mut crates = BTreeMap::new();
        for record in self.tasks.values() {
            let module = record.cell.definition.module;
            let name = module.split("::").next().filter(|name| !name.is_empty());
            *crates
                .entry(name.unwrap_or("added at run time"))
                .or_default() += 1;
        }
        crates
    }

    /// Takes a task out, with the runs of it that wait for a worker. The caller
    /// drops them without the lock, since that may drop the last of a user's closure.
    pub(crate) fn remove(
        &mut self,
        cell: &Arc<TaskCell>,
        now: Now,
    ) -> Option<(Record, Vec<Request>)> {
        self.record(cell)?;
        let withdrawn = self.withdraw(|waiting| Arc::ptr_eq(waiting, cell), now);
        self.drop_jobs(&cell.definition.name);
        let record = self.tasks.remove(&cell.definition.name)?;
        Some((record, withdrawn))
    }

    /// Takes everything out, for good.
    pub(crate) fn close(&mut self, now: Now) -> (BTreeMap<Arc<str>, Record>, Vec<Request>) {
        self.closed = true;
        let withdrawn = self.withdraw(|_| true, now);
        self.jobs.clear();
        self.elapsed = DueQueue::default();
        self.wall = DueQueue::default();
        (std::mem::take(&mut self.tasks), withdrawn)
    }

    /// Returns the record of a task, unless it was removed, even if another
    /// task has taken its name since.
    pub(crate) fn record(&self, cell: &Arc<TaskCell>) -> Option<&Record> {
        let record = self.tasks.get(&cell.definition.name)?;
        Arc::ptr_eq(&record.cell, cell).then_some(record)
    }

    pub(crate) fn record_mut(&mut self, cell: &Arc<TaskCell>) -> Option<&mut Record> {
        let record = self.tasks.get_mut(&cell.definition.name)?;
        Arc::ptr_eq(&record.cell, cell).then_some(record)
    }

    /// Takes a reading of the clocks in. Every method that plans a fire does so
    /// first: after a step back the wall jobs are planned anew.
    pub(crate) fn take_reading(&mut self, now: Now) -> Instants {
        let step = self.timeline.observe(now);
        let instants = self.timeline.instants(now);
        if let Some(by) = step {
            self.events.push(Event::ClockStepped { now: now.wall, by });
        }
        if let Some(step) = step.filter(|step| *step < TimeDelta::zero()) {
            let all: Vec<JobId> = self.jobs.keys().copied().collect();
            for id in all {
                self.change_job(id, |job, line| job.replan(step, instants, line));
            }
        }
        instants
    }

    /// Starts all jobs of the tasks in `module` anew, and parks the others if
    /// nothing else was running.
    pub(crate) fn start(&mut self, module: &str, now: Now) {
        let fresh = !self.main.is_running();
        let now = self.take_reading(now);
        let names: Vec<Arc<str>> = self.tasks.keys().cloned().collect();
        for name in names {
            let Some(record) = self.tasks.get_mut(&name) else {
                continue;
            };
            let chosen = record.is_in(module);
            if chosen && (fresh || record.parked) {
                record.parked = false;
                for id in record.jobs.clone() {
                    self.change_job(id, |job, line| job.start(now, line));
                }
            } else if !chosen && fresh {
                self.park(&name);
            }
        }
    }

    /// Parks the tasks in `module`.
    pub(crate) fn park_module(&mut self, module: &str) {
        let inside = self.tasks.values().filter(|record| record.is_in(module));
        let names: Vec<_> = inside.map(|record| record.name().clone()).collect();
        for name in names {
            self.park(&name);
        }
    }

    /// Parks a task: its jobs fire no more until they are started again.
    fn park(&mut self, name: &Arc<str>) {
        let Some(record) = self.tasks.get_mut(name) else {
            return;
        };
        record.parked = true;
        for id in record.jobs.clone() {
            self.change_job(id, |job, _| job.park());
        }
    }

    /// Changes a job and puts it where it belongs. Returns true if it is now
    /// the first to come on its line.
    pub(crate) fn change_job(
        &mut self,
        id: JobId,
        change: impl FnOnce(&mut JobState, &Timeline),
    ) -> bool {
        self.unqueue(id);
        let Some(entry) = self.jobs.get_mut(&id) else {
            return false;
        };
        change(&mut entry.state, &self.timeline);
        self.enqueue(id)
    }

    pub(crate) fn enqueue(&mut self, id: JobId) -> bool {
        let Some(entry) = self.jobs.get(&id) else {
            return false;
        };
        let Some(next) = entry.state.next else {
            return false;
        };
        match entry.state.schedule.basis() {
            Basis::Elapsed => self.elapsed.insert(next.due, id),
            Basis::Wall => self.wall.insert(next.due, id),
        }
    }

    pub(crate) fn unqueue(&mut self, id: JobId) {
        let Some(entry) = self.jobs.get(&id) else {
            return;
        };
        let Some(next) = entry.state.next else { return };
        match entry.state.schedule.basis() {
            Basis::Elapsed => self.elapsed.remove(next.due, id),
            Basis::Wall => self.wall.remove(next.due, id),
        }
    }
}
