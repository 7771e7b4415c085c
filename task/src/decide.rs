//! The decisions: what is due, what becomes of it, and what came of a run.
//! All of them are taken under the lock, and none waits or calls user code.

use std::{
    sync::{Arc, mpsc::Sender},
    time::Duration,
};

use chrono::{DateTime, Utc};

use crate::{
    clock::Now,
    event::Event,
    executor::{Report, Request, RunId},
    job::JobId,
    policy::Missed,
    record::{Claim, Record, TaskCell},
    run::{Outcome, Run},
    state::State,
    timeline::Instants,
};

/// A fire that a round has found due, in the order in which fires are started.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Due {
    fire_time: DateTime<Utc>,
    task: Arc<str>,
    pub(crate) job: JobId,
    /// The start that was found: a job that was changed since then has another.
    due: DateTime<Utc>,
}

/// What a round has found.
#[derive(Debug)]
pub(crate) struct Round {
    pub(crate) due: Vec<Due>,
    pub(crate) events: Vec<Event>,
    /// How often the manager had been stopped when the round began.
    pub(crate) stops: u64,
}

impl Round {
    pub(crate) fn is_empty(&self) -> bool {
        self.due.is_empty() && self.events.is_empty()
    }
}

/// What became of a due fire.
#[derive(Debug)]
pub(crate) enum Taken {
    /// To be run on the thread of the round.
    Inline(Request),
    /// Put among the runs that wait for a worker.
    Queued,
    Skipped,
    /// The manager was stopped since the round began: start nothing more.
    Stopped,
}

impl State {
    /// Takes a reading of the clocks in and returns what is due, in order.
    pub(crate) fn begin_round(&mut self, now: Now) -> Round {
        let now = self.take_reading(now);
        let ids = self.elapsed.due(now.uptime).chain(self.wall.due(now.wall));
        let mut due: Vec<Due> = ids.filter_map(|id| self.due(id)).collect();
        due.sort_unstable();
        Round {
            due,
            events: std::mem::take(&mut self.events),
            stops: self.stops,
        }
    }

    fn due(&self, id: JobId) -> Option<Due> {
        let entry = self.jobs.get(&id)?;
        let next = entry.state.next?;
        let fire_time = entry.state.fire_time(next.fire, &self.timeline);
        Some(Due {
            fire_time,
            task: entry.task.clone(),
            job: id,
            due: next.due,
        })
    }

    /// Returns the next fire of a job that catches up, if it is due in this round
    /// too and its last run has ended.
    pub(crate) fn catches_up(&self, id: JobId, now: Now) -> Option<Due> {
        let now = self.timeline.instants(now);
        let job = &self.jobs.get(&id)?.state;
        let is_due = job.wait(now)?.is_zero();
        (is_due && job.options.missed == Missed::All).then(|| self.due(id))?
    }

    /// Returns true if a fire waits to be started.
    pub(crate) fn has_due(&self, now: Now) -> bool {
        self.wait(now) == Some(Duration::ZERO)
    }

    /// Returns how long nothing is due, or `None` if nothing ever is.
    pub(crate) fn wait(&self, now: Now) -> Option<Duration> {
        let now = self.timeline.instants(now);
        let until = |head: Option<DateTime<Utc>>, now: DateTime<Utc>| {
            Some((head? - now).to_std().unwrap_or_default())
        };
        let elapsed = until(self.elapsed.head(), now.uptime);
        let wall = until(self.wall.head(), now.wall);
        elapsed.into_iter().chain(wall).min()
    }

    /// Returns how long no enabled task is due, or `None` if none ever is.
    pub(crate) fn idle(&self, now: Now) -> Option<Duration> {
        let now = self.timeline.instants(now);
        let enabled = self
            .tasks
            .values()
            .filter(|record| record.cell.is_enabled());
        let jobs = enabled
            .flat_map(|record| &record.jobs)
            .filter_map(|id| self.jobs.get(id));
        jobs.filter_map(|job| job.state.wait(now)).min()
    }

    /// Decides what becomes of a fire that a round has found, and plans the next one.
    pub(crate) fn take(&mut self, due: &Due, stops: u64, now: Now) -> Taken {
        if self.stops != stops {
            return Taken::Stopped;
        }
        let now = self.timeline.instants(now);
        let still_due = self.jobs.get(&due.job).and_then(|entry| entry.state.next);
        if still_due.is_none_or(|next| next.due != due.due) {
            return Taken::Skipped;
        }
        self.unqueue(due.job);
        let taken = self.take_job(due, now);
        self.enqueue(due.job);
        taken.unwrap_or(Taken::Skipped)
    }

    fn take_job(&mut self, due: &Due, now: Instants) -> Option<Taken> {
        let job = &mut self.jobs.get_mut(&due.job)?.state;
        let record = self.tasks.get_mut(&due.task)?;
        let fired = job.fire(now, &self.timeline)?;
        record.counters.missed = record.counters.missed.saturating_add(fired.missed);
        let fire = fired.fire?;
        if !record.cell.is_enabled() {
            record.counters.skipped.disabled += 1;
            job.run_ended(now, &self.timeline);
            return Some(Taken::Skipped);
        }
        let Some(claim) = record.cell.claim() else {
            record.counters.skipped.overlap += 1;
            job.run_ended(now, &self.timeline);
            return Some(Taken::Skipped);
        };
        job.count_run();
        let fire_time = job.fire_time(fire, &self.timeline);
        Some(self.admit(claim, Some(due.job), fire_time, None))
    }

    /// Makes the request of a run, from here on counted among the running. A
    /// threaded one is queued in the same step, so that a stop finds it there.
    pub(crate) fn admit(
        &mut self,
        claim: Claim,
        job: Option<JobId>,
        fire_time: DateTime<Utc>,
        reply: Option<Sender<Run>>,
    ) -> Taken {
        let id = RunId::new();
        let definition = &claim.cell.definition;
        let is_threaded = definition.threaded;
        self.running.insert(id, definition.name.clone());
        let request = Request {
            id,
            claim,
            job,
            fire_time,
            reply,
            on_worker: false,
        };
        if is_threaded {
            self.workers.ready.push_back(request);
            Taken::Queued
        } else {
            Taken::Inline(request)
        }
    }

    /// Takes in what came of a run. Returns true if a job of it is now the first to come.
    pub(crate) fn finish(&mut self, request: &mut Request, report: &Report, now: Now) -> bool {
        let now = self.timeline.instants(now);
        let mut earlier = false;
        if let Some(record) = self.record_mut(&request.claim.cell) {
            record.count(report);
            let cancelled = match (report.cancel, request.job) {
                (false, _) => Vec::new(),
                (true, Some(job)) => vec![job],
                (true, None) => record.jobs.clone(),
            };
            for id in cancelled {
                self.change_job(id, |job, _| job.cancel());
            }
            if let Some(id) = request.job {
                earlier = self.change_job(id, |job, line| {
                    job.last_run = Some(report.run.started_at);
                    job.run_ended(now, line);
                });
            }
        }
        // What a removed task holds is dropped after this, on the same thread:
        // its worker is not free before that.
        if request.on_worker && self.record(&request.claim.cell).is_some() {
            self.workers.busy -= 1;
            request.on_worker = false;
        }
        self.running.remove(&request.id);
        request.claim.release();
        earlier
    }

    /// Takes the runs out that wait for a worker and will not get one any more.
    pub(crate) fn withdraw(
        &mut self,
        chosen: impl Fn(&Arc<TaskCell>) -> bool,
        now: Now,
    ) -> Vec<Request> {
        let now = self.timeline.instants(now);
        let ready = std::mem::take(&mut self.workers.ready).into_iter();
        let (mut withdrawn, kept): (Vec<_>, Vec<_>) =
            ready.partition(|request| chosen(&request.claim.cell));
        self.workers.ready = kept.into();
        for request in &mut withdrawn {
            if let Some(record) = self.record_mut(&request.claim.cell) {
                record.counters.skipped.stopped += 1;
            }
            if let Some(id) = request.job {
                self.change_job(id, |job, line| job.uncount_run(now, line));
            }
            self.running.remove(&request.id);
            request.claim.release();
            // Who waits for it is told now, not when the request is dropped.
            request.reply = None;
        }
        withdrawn
    }
}

impl Record {
    fn count(&mut self, report: &Report) {
        self.counters.ran += 1;
        match report.run.outcome() {
            Outcome::Succeeded => self.failures_in_a_row = 0,
            Outcome::Failed(_) => {
                self.counters.failed += 1;
                self.failures_in_a_row += 1;
            }
            Outcome::Panicked(_) => {
                self.counters.panicked += 1;
                self.failures_in_a_row += 1;
            }
        }
        self.counters.callbacks_panicked += report.callback_panics.len() as u64;
        if let Some(message) = report.callback_panics.last() {
            self.callback_panic = Some(message.clone());
        }
        self.last = Some(report.run.clone());
    }
}
