//! How runs end, under the lock: those that have come to an end, and those that
//! will not begin.

use std::sync::Arc;

use crate::{
    clock::Now,
    event::Event,
    guard::TaskCell,
    job::JobId,
    jobs::JobEntry,
    order::in_order,
    plain::Ready,
    record::Record,
    request::{Report, Request, RunId},
    run::Run,
    skip::{Skip, SkipReason},
    state::State,
};

impl State {
    /// Takes in what came of a run. Returns it if somebody waits for it.
    pub(crate) fn finish(
        &mut self,
        request: &mut Request,
        report: Report,
        now: Now,
    ) -> Option<Run> {
        // The body may have taken long, and jobs are planned by its end.
        self.take_reading(now);
        let keep = self.history;
        let cell = request.cell.clone();
        let awaited = request.reply.as_ref().map(|_| report.run.clone());
        if self.record(&cell).is_some() {
            self.end_jobs(request, &report, now);
        }
        self.tell(|| Event::Finished(report.run.clone()));
        if let Some(record) = self.record_mut(&cell) {
            record.note_callback_panics(&report.callback_panics);
            let is_too_many = record.count(report.run, keep);
            if is_too_many && cell.is_enabled() {
                let failures = record.failures_since_enabled();
                cell.set_enabled(false);
                self.announce(|| Event::Disabled {
                    task: cell.definition.name.shared(),
                    failures: Some(failures),
                });
            }
        }
        self.end_run(request, now);
        self.after.wake_waiting = true;
        self.start_next(&cell, now);
        awaited
    }

    /// Starts what waited for the end of a run: of the same task, or of its groups.
    fn start_next(&mut self, cell: &Arc<TaskCell>, now: Now) {
        let record = self.record_mut(cell);
        let queued = record.and_then(Record::take_queued);
        // A fire that waited counts as one that comes now.
        let is_refused = |request: &Request| request.job.is_some() && !cell.is_enabled();
        if let Some(request) = queued {
            if is_refused(&request) {
                self.withdraw_one(*request, SkipReason::Disabled, now);
                return;
            }
            let admitted = self.admit(*request, now);
            self.send_on(admitted, now);
        }
        self.serve_groups(now);
    }

    /// Tells the jobs of a task what came of a run.
    fn end_jobs(&mut self, request: &Request, report: &Report, now: Now) {
        let given_by = request.job.map(|(id, _)| id);
        let cancelled = match (report.cancel, given_by) {
            (false, _) => Vec::new(),
            (true, Some(job)) => vec![job],
            (true, None) => {
                let record = self.record(&request.cell);
                record
                    .map(|record| record.jobs.to_vec())
                    .unwrap_or_default()
            }
        };
        for id in cancelled {
            self.change_job(id, |job, _| job.cancel());
        }
        if let Some(id) = given_by {
            if let Some(entry) = self.jobs.get_mut(id.0) {
                entry.set_last_run(report.run.started_at.into());
            }
            self.end_of_run(id, Some(request.id), now);
        }
    }

    /// Tells a job that a run it gave has ended, or was not started after all: if
    /// it is the one that it waits for. `None` is the one it has just given.
    pub(crate) fn end_of_run(&mut self, id: JobId, run: Option<RunId>, now: Now) {
        let waits = |entry: &JobEntry| {
            entry.state().awaits_end() && (run.is_none() || run == entry.awaits())
        };
        if self.jobs.get(id.0).is_some_and(waits) {
            let now = self.timeline.instants(now);
            self.after.wake_loop |= self.change_job(id, |job, line| job.run_ended(now, line));
        }
    }

    /// Takes a run out of everything that it holds.
    fn end_run(&mut self, request: &mut Request, now: Now) {
        self.end_attempt(request.id, now);
        self.release_groups(request);
        // What a removed task holds is dropped after this, on the same thread:
        // its worker is not free before that.
        if self.record(&request.cell).is_some() {
            self.free_worker(request);
        }
        self.runs.running.remove(&request.id);
        self.keep_control(&request.control);
        if let Some(record) = self.record_mut(&request.cell) {
            record.end_active(request.id);
        }
        if let Some(claim) = &mut request.claim {
            claim.release();
        }
        self.end_events();
    }

    pub(crate) fn release_groups(&mut self, request: &mut Request) {
        if std::mem::take(&mut request.holds_groups) {
            let names = &request.cell.definition.policies.exclusive;
            self.runs.groups.release(names);
        }
    }

    pub(crate) fn free_worker(&mut self, request: &mut Request) {
        if std::mem::take(&mut request.keeps_worker) {
            self.workers.busy -= 1;
            self.after.frees_worker = true;
        }
    }

    /// Takes everything out that has not begun, or waits for its next attempt.
    pub(crate) fn withdraw(&mut self, is_chosen: &dyn Fn(&Arc<TaskCell>) -> bool, now: Now) {
        let mut waiting = Vec::new();
        for record in self.tasks.iter() {
            if record.has_queued() && is_chosen(&record.cell) {
                waiting.push(&record.cell);
            }
        }
        let mut cells = Vec::new();
        for cell in in_order(&waiting, |a, b| a.definition.name.cmp(&b.definition.name)) {
            cells.push(cell.clone());
        }
        for cell in cells {
            self.withdraw_queued(&cell, now);
        }
        self.withdraw_claimed(is_chosen, SkipReason::Stopped, now);
    }

    /// The same for one task.
    pub(crate) fn withdraw_task(&mut self, cell: &Arc<TaskCell>, now: Now) {
        self.withdraw_queued(cell, now);
        if cell.is_running() {
            let is_its = |other: &Arc<TaskCell>| Arc::ptr_eq(other, cell);
            self.withdraw_claimed(&is_its, SkipReason::Stopped, now);
        }
    }

    fn withdraw_queued(&mut self, cell: &Arc<TaskCell>, now: Now) {
        let record = self.record_mut(cell);
        if let Some(request) = record.and_then(Record::take_queued) {
            self.withdraw_one(*request, SkipReason::Stopped, now);
        }
    }

    pub(crate) fn withdraw_claimed(
        &mut self,
        is_chosen: &dyn Fn(&Arc<TaskCell>) -> bool,
        reason: SkipReason,
        now: Now,
    ) {
        let mut out = self
            .runs
            .groups
            .withdraw(|request| is_chosen(&request.cell));
        let ready = std::mem::take(&mut self.workers.ready);
        for run in ready {
            match run {
                Ready::Plain(run, cell) if is_chosen(&cell) => out.push(self.as_others(run, cell)),
                Ready::Other(request) if is_chosen(&request.cell) => out.push(request),
                kept => self.workers.ready.push_back(kept),
            }
        }
        for queue in [&mut self.runs.inline, &mut self.runs.spawn] {
            for request in std::mem::take(queue) {
                if is_chosen(&request.cell) {
                    out.push(request);
                } else {
                    queue.push_back(request);
                }
            }
        }
        out.extend(self.runs.timers.withdraw(is_chosen));
        for request in out {
            self.withdraw_one(request, reason, now);
        }
        self.serve_groups(now);
    }

    /// Ends a run that has not begun: its fire is skipped. One that has failed
    /// before ends with that.
    pub(crate) fn withdraw_one(&mut self, mut request: Request, reason: SkipReason, now: Now) {
        if request.failure.is_some() {
            // A worker that has it calls the callbacks, and is free after them.
            self.release_groups(&mut request);
            self.after.given_up.push(request);
            return;
        }
        self.skip(&request.cell.clone(), reason, 1, || Skip {
            task: request.cell.definition.name.clone(),
            job: request.job.map(|(_, place)| place),
            fire_time: request.fire_time,
            reason,
            fires: 1,
        });
        if let Some((id, _)) = request.job {
            let instants = self.timeline.instants(now);
            let is_parked = self
                .record(&request.cell)
                .is_some_and(|record| record.parked);
            self.after.wake_loop |= self.change_job(id, |job, line| {
                job.uncount_run(instants, line);
                if is_parked {
                    job.park();
                }
            });
            self.end_of_run(id, Some(request.id), now);
        }
        self.end_run(&mut request, now);
        let cell = request.cell.clone();
        self.after.dropped.push(request);
        self.after.wake_waiting = true;
        self.start_next(&cell, now);
    }
}
