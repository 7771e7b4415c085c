//! Runs that are nothing but a call: decided on, begun and ended in few steps.
//!
//! Most fires of most programs are such: a plain interval, a body that takes nothing, no callback, nobody who watches. Whatever else comes up, at the
//! beginning or at the end, is left to the way that all other runs go.

use std::sync::Arc;

use crate::{
    body::Called,
    clock::Now,
    control::Cancel,
    decide::Round,
    ending::Ending,
    executor::{self, Attempt, Inside},
    found::Due,
    guard::TaskCell,
    history::Past,
    job::JobId,
    name::Name,
    request::{Request, RunId},
    runs::Stage,
    scheduler::Core,
    skip::SkipReason,
    state::State,
    sync::MutexGuard,
    telemetry::{self, Telemetry},
    tick::Tick,
};

/// A plain run that was decided on and has not ended.
#[derive(Debug)]
pub(crate) struct PlainRun {
    pub(crate) id: RunId,
    pub(crate) task: Name,
    /// Where the task was written.
    pub(crate) module: &'static str,
    job: JobId,
    place: u32,
    fire_time: Tick,
    /// `None` before it has.
    began: Option<Now>,
    /// A worker thread has it.
    on_worker: bool,
    /// Its body can't see that it shall end; what failed gets no further attempt.
    pub(crate) cancelled: Option<Cancel>,
}

/// A run that waits for a worker.
#[derive(Debug)]
pub(crate) enum Ready {
    Plain(PlainRun, Arc<TaskCell>),
    Other(Request),
}

/// What became of a fire that gives a plain run.
pub(crate) enum TakenPlain {
    /// To be run on the thread of the round, since now.
    Inline(RunId, Arc<TaskCell>),
    /// It waits for a worker.
    Ready,
}

/// The lock, and a reading of the clocks since which nothing was done.
pub(crate) type Held<'a> = (MutexGuard<'a, State>, Now);

impl Core {
    /// Calls the body of a plain run that has begun, and ends it.
    ///
    /// Returns what is held after it; `None` if something was done after that.
    pub(crate) fn run_plain<'a>(
        self: &'a Arc<Self>,
        (state, began): Held<'a>,
        id: RunId,
        cell: Arc<TaskCell>,
    ) -> Option<Held<'a>> {
        // What is told below comes from inside of the run.
        let _inside = Inside::enter(id);
        self.unlock(state);
        telemetry::begun_unheard();
        // Unwind-safe: see `executor::call`.
        let called = executor::guarded(|| cell.definition.body.call(None));
        let has_succeeded = matches!(called, Ok(Called::Ended(Ending::Done)));
        if has_succeeded {
            telemetry::succeeded_unheard();
        }
        let now = self.clock.again_before_lock(began);
        let mut state = self.lock();
        let now = now.unwrap_or_else(|| self.clock.now());
        if has_succeeded && state.end_plain(id, &cell, now) {
            // Not the last of it, which the record has.
            drop(cell);
            if state.after.is_empty() {
                return Some((state, now));
            }
            self.unlock(state);
            return None;
        }
        let request = state.end_as_others(id, cell, has_succeeded);
        self.unlock(state);
        if let Some(request) = request {
            self.conclude(request, Attempt::of_call(called));
        }
        None
    }
}

impl State {
    /// Takes the fire that gives a plain run. Else nothing has changed.
    pub(crate) fn take_plain(
        &mut self,
        due: &Due,
        round: &Round,
        reading: Now,
    ) -> Option<TakenPlain> {
        // Who is called back may cancel what begins here.
        if self.stops != round.stops || self.is_watched() || self.after.calls_back() {
            return None;
        }
        let entry = self.jobs.get_mut(due.job.0)?;
        let record = self.tasks.at(entry.task)?;
        let cell = &record.cell;
        if !cell.is_plain || !cell.is_enabled() || telemetry::may_be_heard(cell) {
            return None;
        }
        let place = entry.place();
        let beat = entry.beat_mut()?;
        if beat.next().map(Tick::from_nanos) != Some(due.due) {
            return None;
        }
        let taken = beat.due(round.uptime?)?;
        let mut fire_time = due.fire_time;
        if taken.missed > 0 {
            if telemetry::IS_ON || cell.definition.policies.on_skipped.is_some() {
                return None;
            }
            fire_time = Tick::from_nanos(self.timeline.fire_nanos(taken.fire)?);
        }
        if !cell.claim_plain() {
            return None;
        }
        beat.fire(taken);
        let next = Tick::from_nanos(taken.next);
        self.elapsed.set(due.job.0.place(), next);
        let cell = Arc::clone(cell);
        if taken.missed > 0 {
            if let Some(record) = self.tasks.get_mut(cell.id) {
                record.count_skipped(SkipReason::Missed, taken.missed);
            }
        }
        let id = self.runs.next_id();
        let mut run = PlainRun {
            id,
            task: cell.definition.name.clone(),
            module: cell.definition.written.module,
            job: due.job,
            place,
            fire_time,
            began: None,
            on_worker: false,
            cancelled: None,
        };
        if cell.definition.threaded {
            self.push_ready(Ready::Plain(run, cell));
            return Some(TakenPlain::Ready);
        }
        run.began = Some(reading);
        self.runs.plain.push(run);
        Some(TakenPlain::Inline(id, cell))
    }

    /// Returns true if somebody wants to know of each run.
    pub(crate) fn is_watched(&self) -> bool {
        !self.observers.is_empty()
    }

    /// Begins a plain run on a worker. Gives it back, as any other, if somebody came
    /// meanwhile who wants to know of it.
    pub(crate) fn begin_plain(
        &mut self,
        mut run: PlainRun,
        cell: Arc<TaskCell>,
        now: Now,
    ) -> Result<(RunId, Arc<TaskCell>), Box<Request>> {
        run.on_worker = true;
        if self.is_watched() || telemetry::may_be_heard(&cell) {
            return Err(Box::new(self.as_others(run, cell)));
        }
        let id = run.id;
        run.began = Some(now);
        self.runs.plain.push(run);
        Ok((id, cell))
    }

    /// Ends a plain run that has succeeded. Returns false if it ends as others do, and
    /// then only the reading was taken in.
    fn end_plain(&mut self, id: RunId, cell: &Arc<TaskCell>, now: Now) -> bool {
        self.note_reading(now);
        if self.closed || self.is_watched() {
            return false;
        }
        let Some(index) = self.runs.plain_index(id) else {
            return false;
        };
        let keep = self.history;
        match self.tasks.get_mut(cell.id) {
            Some(record) if cell.is_of(record) && !record.has_queued() => {
                let run = self.runs.plain.swap_remove(index);
                let began = run.began.unwrap_or(now);
                let (started_at, duration) = (began.wall, now.since(began));
                let past = Past::succeeded(run.fire_time, started_at, duration, Some(run.place));
                record.count_plain(past, keep);
                if let Some(entry) = self.jobs.get_mut(run.job.0) {
                    entry.set_last_run(began.wall);
                }
                cell.release_plain();
                if run.on_worker {
                    self.workers.busy -= 1;
                }
                // Who settles waits for those that follow as well. A round tells at
                // its end, and a worker when no run waits for it.
                let is_last = run.on_worker && self.workers.ready.is_empty();
                self.after.wake_waiting |= is_last || run.cancelled.is_some();
                true
            }
            _ => false,
        }
    }

    /// Makes a run like any other of a plain one that has ended.
    fn end_as_others(
        &mut self,
        id: RunId,
        cell: Arc<TaskCell>,
        has_succeeded: bool,
    ) -> Option<Request> {
        let index = self.runs.plain_index(id)?;
        let run = self.runs.plain.swap_remove(index);
        let mut request = self.as_others(run, cell);
        request.telemetry = Telemetry::unheard(has_succeeded);
        Some(request)
    }

    /// Makes a run like any other of a plain one.
    pub(crate) fn as_others(&mut self, run: PlainRun, cell: Arc<TaskCell>) -> Request {
        let control = self.control();
        if let Some(reason) = run.cancelled {
            control.cancel(reason);
        }
        let job = Some((run.job, run.place as usize));
        let request = Request {
            id: run.id,
            claim: Some(cell.claimed_plain()),
            on_worker: run.on_worker,
            keeps_worker: run.on_worker,
            attempt: u32::from(run.began.is_some()),
            began: run.began,
            ..Request::new(&cell, job, run.fire_time.instant(), None, control)
        };
        let stage = match (run.began, run.on_worker) {
            (Some(_), _) => Stage::Begun,
            (None, true) => Stage::Taken,
            (None, false) => Stage::Waits,
        };
        self.note_running(&request, stage);
        request
    }
}

impl Ready {
    pub(crate) fn cell(&self) -> &Arc<TaskCell> {
        match self {
            Ready::Plain(_, cell) => cell,
            Ready::Other(request) => &request.cell,
        }
    }
}
