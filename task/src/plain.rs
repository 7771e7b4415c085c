//! Runs that are nothing but a call on the thread that starts them: begun and ended in
//! few steps.
//!
//! Most fires of most programs are such: a plain interval that is on time, a body that
//! takes nothing, no callback, nobody who watches. Whatever else comes up, at the
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
    queue::Tick,
    request::{Request, RunId},
    runs::Stage,
    scheduler::Core,
    state::State,
    sync::MutexGuard,
    telemetry::{self, Telemetry},
};

/// A plain run that is under way.
#[derive(Debug)]
pub(crate) struct PlainRun {
    pub(crate) id: RunId,
    pub(crate) task: Name,
    /// Where the task was written.
    pub(crate) module: &'static str,
    job: JobId,
    place: u32,
    fire_time: Tick,
    began: Now,
    /// Its body can't see that it shall end; what failed gets no further attempt.
    pub(crate) cancelled: Option<Cancel>,
}

/// The lock, and a reading of the clocks since which nothing was done.
pub(crate) type Held<'a> = (MutexGuard<'a, State>, Now);

impl Core {
    /// Runs a fire that gives a plain run. Any other is given back, with what was held.
    ///
    /// Returns what is held after it; `None` if something was done after that.
    pub(crate) fn run_plain<'a>(
        self: &'a Arc<Self>,
        (mut state, reading): Held<'a>,
        due: &Due,
        round: &Round,
        number: Option<u64>,
    ) -> Result<Option<Held<'a>>, Held<'a>> {
        let Some((id, cell)) = state.begin_plain(due, round, reading) else {
            return Err((state, reading));
        };
        state.main.enters(number, id);
        drop(state);
        let _inside = Inside::enter(id);
        telemetry::begun_unheard();
        // Unwind-safe: see `executor::call`.
        let called = executor::guarded(|| cell.definition.body.call(None));
        let has_succeeded = matches!(called, Ok(Called::Ended(Ending::Done)));
        if has_succeeded {
            telemetry::succeeded_unheard();
        }
        let mut state = self.lock();
        let now = self.clock.now();
        if has_succeeded && state.end_plain(id, &cell, now) {
            // Not the last of it, which the record has.
            drop(cell);
            // Not a lost wake-up: the lock is held.
            self.done.notify_all();
            if state.after.is_empty() {
                return Ok(Some((state, now)));
            }
            self.unlock(state);
            return Ok(None);
        }
        let request = state.as_others(id, &cell, has_succeeded);
        self.unlock(state);
        if let Some(request) = request {
            self.conclude(request, Attempt::of_call(called));
        }
        // Perhaps the last of a task that was removed.
        executor::drop_guarded(cell);
        Ok(None)
    }
}

impl State {
    /// Begins the run that a fire gives, if that is a plain one. Else nothing has
    /// changed.
    fn begin_plain(
        &mut self,
        due: &Due,
        round: &Round,
        reading: Now,
    ) -> Option<(RunId, Arc<TaskCell>)> {
        if self.stops != round.stops || !self.observers.is_empty() || !self.after.is_empty() {
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
        let next = beat.next().map(Tick::from_nanos);
        if next != Some(due.due) || !beat.is_on_time(round.uptime?) || !cell.claim_plain() {
            return None;
        }
        // It is on time, so it fires.
        if let Some(next) = beat.fire() {
            self.elapsed.set(due.job.0.place(), Tick::from_nanos(next));
        }
        let cell = Arc::clone(cell);
        let id = self.runs.next_id();
        self.runs.plain.push(PlainRun {
            id,
            task: cell.definition.name.clone(),
            module: cell.definition.written.module,
            job: due.job,
            place,
            fire_time: due.fire_time,
            began: reading,
            cancelled: None,
        });
        Some((id, cell))
    }

    /// Ends a plain run that has succeeded. Returns false if it ends as others do, and
    /// then only the reading was taken in.
    fn end_plain(&mut self, id: RunId, cell: &Arc<TaskCell>, now: Now) -> bool {
        self.note_reading(now);
        if self.closed || !self.observers.is_empty() || !self.runs.groups.is_idle() {
            return false;
        }
        let Some(index) = self.runs.plain_index(id) else {
            return false;
        };
        let keep = self.history;
        match self.tasks.get_mut(cell.id) {
            Some(record) if cell.is_of(record) && !record.has_queued() => {
                let run = self.runs.plain.swap_remove(index);
                let (started_at, duration) = (run.began.wall, now.since(run.began));
                let past = Past::succeeded(run.fire_time, started_at, duration, Some(run.place));
                record.count_plain(past, keep);
                if let Some(entry) = self.jobs.get_mut(run.job.0) {
                    entry.set_last_run(run.began.wall, run.began.nanos);
                }
                cell.release_plain();
                true
            }
            _ => false,
        }
    }

    /// Makes a run like any other of a plain one.
    fn as_others(
        &mut self,
        id: RunId,
        cell: &Arc<TaskCell>,
        has_succeeded: bool,
    ) -> Option<Request> {
        let index = self.runs.plain_index(id)?;
        let run = self.runs.plain.swap_remove(index);
        let control = self.control();
        if let Some(reason) = run.cancelled {
            control.cancel(reason);
        }
        let job = Some((run.job, run.place as usize));
        let request = Request {
            id,
            claim: Some(cell.claimed_plain()),
            attempt: 1,
            began: Some(run.began),
            telemetry: Telemetry::unheard(has_succeeded),
            ..Request::new(cell, job, run.fire_time.instant(), None, control)
        };
        self.note_running(&request, Stage::Begun);
        Some(request)
    }
}
