//! Everything behind the scheduler's lock, and how its parts are kept in step.
//! Nothing here waits, reads a clock or calls user code.

use std::{collections::VecDeque, num::NonZeroUsize, sync::Arc};

use chrono::TimeDelta;
use task_schedule::Basis;

use crate::{
    after::After,
    beat::Beat,
    clock::Now,
    definition::Definition,
    error::{Error, ErrorKind},
    event::Event,
    found::Found,
    guard::TaskCell,
    job::{JobId, JobState},
    jobs::JobEntry,
    loops::LoopState,
    observers::Observers,
    plain::Ready,
    queue::DueQueue,
    record::{Jobs, Record},
    runs::Runs,
    runtime::Runtime,
    slab::Slab,
    tasks::{TaskId, Tasks},
    timeline::{Instants, Timeline},
    timing::Timing,
};

#[derive(Debug, Default)]
pub(crate) struct WorkerState {
    /// Claimed runs that wait for a worker thread.
    pub(crate) ready: VecDeque<Ready>,
    pub(crate) alive: usize,
    /// Those that are inside of a run. The end of the run ends it, so that who
    /// has seen a run end finds its worker free.
    pub(crate) busy: usize,
    pub(crate) started: u64,
}

impl WorkerState {
    /// Puts a run behind all that are not less important.
    fn push(&mut self, run: Ready) {
        let priority = |run: &Ready| run.cell().definition.policies.priority;
        let own = priority(&run);
        let mut place = self.ready.len();
        self.ready.push_back(run);
        while place > 0 && priority(&self.ready[place - 1]) < own {
            self.ready.swap(place - 1, place);
            place -= 1;
        }
    }

    /// Returns true if runs wait for which no worker is free.
    ///
    /// A free worker that was notified counts as free until it has taken a
    /// run, so it is the number of waiting runs that tells whether all are served.
    pub(crate) fn is_short(&self) -> bool {
        self.ready.len() > self.free()
    }

    /// Returns how many wait for a run, or are about to take one.
    pub(crate) fn free(&self) -> usize {
        self.alive - self.busy
    }
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) timeline: Timeline,
    pub(crate) tasks: Tasks,
    pub(crate) jobs: Slab<JobEntry>,
    pub(crate) elapsed: DueQueue,
    pub(crate) wall: DueQueue,
    pub(crate) runs: Runs,
    pub(crate) main: LoopState,
    pub(crate) workers: WorkerState,
    /// What drives async tasks, if the builder named nothing: the runtime inside
    /// of which the manager was started.
    pub(crate) runtime: Option<Runtime>,
    /// How often the manager was stopped: a round that began before a stop starts nothing after it.
    pub(crate) stops: u64,
    /// The loop was stopped and has not been run since: what is added now is
    /// started with all others, by the next `run`.
    pub(crate) is_stopped: bool,
    /// The last handle was dropped.
    pub(crate) closed: bool,
    /// What was found wrong when the manager was built.
    pub(crate) problems: Vec<Error>,
    /// What is to be done when the lock is free again.
    pub(crate) after: After,
    /// Who wants to know what happens.
    pub(crate) observers: Observers,
    /// How many runs of a task are kept.
    pub(crate) history: NonZeroUsize,
    /// The lists of the last round, to be used again.
    pub(crate) spare_round: Found,
}

impl State {
    pub(crate) fn new(now: Now, observers: Observers, history: NonZeroUsize) -> State {
        State {
            timeline: Timeline::new(now),
            tasks: Tasks::default(),
            jobs: Slab::default(),
            elapsed: DueQueue::default(),
            wall: DueQueue::default(),
            runs: Runs::default(),
            main: LoopState::default(),
            workers: WorkerState::default(),
            runtime: None,
            stops: 0,
            is_stopped: false,
            closed: false,
            problems: Vec::new(),
            after: After::default(),
            observers,
            history,
            spare_round: Found::default(),
        }
    }

    /// Adds a task and starts its jobs. Gives it back, and why, if another one has its
    /// name: it is dropped without the lock, since its closure is the user's.
    pub(crate) fn add(
        &mut self,
        task: Definition,
        timings: Vec<Timing>,
        now: Now,
    ) -> Result<Arc<TaskCell>, Box<(Definition, Error)>> {
        let cell = self.tasks.insert(task, self.is_stopped).map_err(|task| {
            let error = self.conflict(&task);
            Box::new((task, error))
        })?;
        self.give_jobs(cell.id, timings, now);
        Ok(cell)
    }

    fn conflict(&self, task: &Definition) -> Error {
        let second = task.written.place;
        let other = self.tasks.named(&task.name);
        ErrorKind::DuplicateName {
            name: task.name.to_string(),
            first: other.map_or(second, |other| other.cell.definition.written.place),
            second,
        }
        .into()
    }

    /// Gives a task new jobs in place of those that it has, and starts them.
    pub(crate) fn set_jobs(&mut self, task: TaskId, timings: Vec<Timing>, now: Now) {
        self.drop_jobs(task);
        self.give_jobs(task, timings, now);
    }

    /// Gives a task that has none its jobs, and starts them.
    fn give_jobs(&mut self, task: TaskId, timings: Vec<Timing>, now: Now) {
        let uptime = self.timeline.uptime_nanos(now);
        self.note_reading(now);
        let Some(record) = self.tasks.get_mut(task) else {
            return;
        };
        let definition = &record.cell.definition;
        let mut jobs = Jobs::default();
        for (place, timing) in (0..).zip(timings) {
            // The same as a job that is started, in few steps.
            let beat = uptime.filter(|_| !record.parked);
            let beat = beat.and_then(|now| Beat::started(&timing, &definition.options, now));
            let entry = match beat {
                Some(beat) => JobEntry::of_beat(task, beat, place),
                None => {
                    let options = definition.options.clone();
                    let mut state = JobState::new(timing, options, definition.seed(), place);
                    if !record.parked {
                        state.start(self.timeline.instants(now), &self.timeline);
                    }
                    JobEntry::new(task, state)
                }
            };
            let (basis, due) = entry.due();
            let key = self.jobs.insert(entry);
            jobs.push(JobId(key));
            let queue = match basis {
                Basis::Elapsed => &mut self.elapsed,
                Basis::Wall => &mut self.wall,
            };
            // Only an earlier head can shorten the wait that the loop is in.
            self.after.wake_loop |= due.is_some_and(|due| queue.set(key.place(), due));
        }
        record.jobs = jobs;
    }

    fn drop_jobs(&mut self, task: TaskId) {
        let record = self.tasks.get_mut(task);
        let jobs = record.map(|record| std::mem::take(&mut record.jobs));
        for &JobId(key) in jobs.unwrap_or_default().iter() {
            self.elapsed.remove(key.place());
            self.wall.remove(key.place());
            self.jobs.remove(key);
        }
    }

    /// Takes a task out, with the runs of it that have not begun. The caller
    /// drops it without the lock, since that may drop the last of a user's closure.
    pub(crate) fn remove(&mut self, cell: &Arc<TaskCell>, now: Now) -> Option<Record> {
        self.record(cell)?;
        self.withdraw_task(cell, now);
        self.drop_jobs(cell.id);
        self.tasks.remove(cell.id)
    }

    /// Takes everything out, for good.
    pub(crate) fn close(&mut self, now: Now) -> Tasks {
        self.closed = true;
        self.withdraw(&|_| true, now);
        self.jobs = Slab::default();
        self.elapsed = DueQueue::default();
        self.wall = DueQueue::default();
        std::mem::take(&mut self.tasks)
    }

    /// Returns the record of a task, unless it was removed, even if another
    /// task has taken its name since.
    pub(crate) fn record(&self, cell: &Arc<TaskCell>) -> Option<&Record> {
        let record = self.tasks.get(cell.id)?;
        cell.is_of(record).then_some(record)
    }

    pub(crate) fn record_mut(&mut self, cell: &Arc<TaskCell>) -> Option<&mut Record> {
        let record = self.tasks.get_mut(cell.id)?;
        cell.is_of(record).then_some(record)
    }

    /// Takes a reading of the clocks in. Every method that plans a fire does so
    /// first: after a step back the wall jobs are planned anew.
    pub(crate) fn take_reading(&mut self, now: Now) -> Instants {
        let step = self.timeline.observe(now);
        self.took_reading(now, step)
    }

    /// The same for who needs no instants.
    pub(crate) fn note_reading(&mut self, now: Now) {
        if let Some(step) = self.timeline.observe(now) {
            self.took_reading(now, Some(step));
        }
    }

    fn took_reading(&mut self, now: Now, step: Option<TimeDelta>) -> Instants {
        let instants = self.timeline.instants(now);
        if let Some(by) = step {
            self.announce(|| Event::ClockStepped {
                now: now.wall(),
                by,
            });
        }
        if let Some(step) = step.filter(|step| *step < TimeDelta::zero()) {
            let mut all = Vec::with_capacity(self.jobs.len());
            for (key, _) in self.jobs.iter() {
                all.push(JobId(key));
            }
            for id in all {
                self.change_job(id, |job, line| job.replan(step, instants, line));
            }
        }
        instants
    }

    /// Notes that the program drives the tasks by itself, if nothing else does.
    pub(crate) fn note_round_by_hand(&mut self) {
        // What was stopped is driven by nobody: all of its jobs are parked.
        self.main.by_hand |= !self.main.is_running() && !self.is_stopped;
    }

    /// Has the runtime that the calling thread is inside of, if it is inside of
    /// one, drive async tasks.
    pub(crate) fn note_runtime(&mut self) {
        if let Some(runtime) = Runtime::current() {
            self.runtime = Some(runtime);
        }
    }

    /// Puts a run among those that wait for a worker.
    pub(crate) fn push_ready(&mut self, run: Ready) {
        self.workers.push(run);
        self.after.for_workers += 1;
    }

    /// Starts all jobs of the tasks in `module` anew, and parks the others if
    /// nothing else was running.
    pub(crate) fn start(&mut self, module: &str, now: Now) {
        let fresh = !self.main.is_running();
        self.is_stopped = false;
        let now = self.take_reading(now);
        for id in self.tasks.ids() {
            let Some(record) = self.tasks.get_mut(id) else {
                continue;
            };
            let chosen = record.is_in(module);
            if chosen && (fresh || record.parked) {
                record.parked = false;
                for &id in record.jobs.clone().iter() {
                    self.change_job(id, |job, line| job.start(now, line));
                }
            } else if !chosen && fresh {
                self.park(id);
            }
        }
    }

    /// Parks the tasks in `module`.
    pub(crate) fn park_module(&mut self, module: &str) {
        for id in self.tasks.ids() {
            if self
                .tasks
                .get(id)
                .is_some_and(|record| record.is_in(module))
            {
                self.park(id);
            }
        }
    }

    /// Parks a task: its jobs fire no more until they are started again.
    fn park(&mut self, task: TaskId) {
        let Some(record) = self.tasks.get_mut(task) else {
            return;
        };
        record.parked = true;
        for &id in record.jobs.clone().iter() {
            self.change_job(id, |job, _| job.park());
        }
    }

    /// Changes a job and puts it where it belongs. Returns true if it is now
    /// the first to come on its line.
    pub(crate) fn change_job(
        &mut self,
        id: JobId,
        mut change: impl FnMut(&mut JobState, &Timeline),
    ) -> bool {
        self.change_by(id, &mut change)
    }

    fn change_by(&mut self, id: JobId, change: &mut dyn FnMut(&mut JobState, &Timeline)) -> bool {
        let Some(entry) = self.jobs.get_mut(id.0) else {
            return false;
        };
        entry.change(&self.timeline, change);
        let (basis, due) = entry.due();
        let queue = match basis {
            Basis::Elapsed => &mut self.elapsed,
            Basis::Wall => &mut self.wall,
        };
        let place = id.0.place();
        match due {
            Some(due) => queue.set(place, due),
            None => {
                queue.remove(place);
                false
            }
        }
    }
}
