//! What comes to a run with time, under the lock: the end of an attempt that
//! takes too long, and the next attempt after a failed one.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};

use crate::{
    clock::Now,
    control::Cancel,
    event::Event,
    request::{Ended, Request, RunId},
    run::Outcome,
    runs::{Stage, Timer},
    state::State,
    timeline::{Instants, delta},
};

impl State {
    /// Notes that an attempt begins. Returns false if the run shall end instead.
    pub(crate) fn begin(&mut self, request: &mut Request, now: Now) -> bool {
        let control = request.control.clone();
        // One that waited is not started for a task that was removed meanwhile.
        let is_gone = request.attempt == 0 && self.record(&request.cell).is_none();
        if control.cancelled().is_some() || is_gone {
            return false;
        }
        request.attempt += 1;
        if request.attempt > 1 {
            if let Some(record) = self.record_mut(&request.cell) {
                record.note_retry();
            }
        }
        request.began.get_or_insert(now);
        let timeout = request.cell.definition.policies.timeout;
        let deadline = timeout.and_then(|timeout| {
            let uptime = self.timeline.instants(now).uptime;
            uptime.checked_add_signed(delta(timeout))
        });
        if let Some(running) = self.runs.running.get_mut(&request.id) {
            running.stage = Stage::Begun;
            running.attempt = request.attempt;
            running.deadline = deadline;
        }
        if let Some(deadline) = deadline {
            self.add_timer(deadline, request.id, Timer::Timeout);
        }
        if !request.asks() {
            self.tell_started(request);
        }
        true
    }

    /// Tells that the body is about to be called.
    pub(crate) fn tell_started(&mut self, request: &Request) {
        self.tell(|| Event::Started {
            task: request.cell.definition.name.shared(),
            job: request.job.map(|(_, place)| place),
            fire_time: request.fire_time,
            attempt: request.attempt,
        });
    }

    fn add_timer(&mut self, due: DateTime<Utc>, id: RunId, timer: Timer) {
        if self.runs.next_timer().is_none_or(|next| due < next) {
            self.after.wake_loop = true;
            // Where no loop runs, who waits for a run waits for its timers.
            self.after.wake_waiting = true;
        }
        self.runs.timers.insert((due, id), timer);
    }

    /// Notes that the attempt under way has ended. Returns true if it took too long.
    pub(crate) fn end_attempt(&mut self, id: RunId, now: Now) -> bool {
        let Some(running) = self.runs.running.get_mut(&id) else {
            return false;
        };
        let is_late = std::mem::take(&mut running.is_late);
        if let Some(deadline) = running.deadline.take() {
            let uptime = self.timeline.instants(now).uptime;
            self.runs.timers.remove(&(deadline, id));
            if uptime >= deadline {
                // The timer had no chance: the body was on the scheduler's own
                // thread, or nothing drives the manager.
                self.tell_timeout(id);
                return true;
            }
        }
        is_late
    }

    /// Returns how long a failed run waits for its next attempt, if it gets one.
    pub(crate) fn next_attempt(&self, request: &Request, outcome: &Outcome) -> Option<Duration> {
        let policies = &request.cell.definition.policies;
        let is_wanted = matches!(request.control.cancelled(), None | Some(Cancel::TimedOut));
        let is_retried = outcome.is_failure()
            && request.attempt <= policies.retry
            && is_wanted
            && self.record(&request.cell).is_some();
        is_retried.then(|| {
            let fire = request.fire_time.timestamp_nanos_opt().unwrap_or_default();
            let seed = request.cell.definition.seed() ^ task_schedule::mix(fire.unsigned_abs());
            policies.backoff.wait(request.attempt, seed)
        })
    }

    /// Has a failed run wait for its next attempt. It keeps its claim, and
    /// nothing else.
    pub(crate) fn back_off(
        &mut self,
        mut request: Request,
        failure: Ended,
        wait: Duration,
        now: Now,
    ) {
        let run = request.run(now, failure.clone());
        self.tell(|| Event::Retrying { run, wait });
        request.failure = Some(Box::new(failure));
        // The flag of the attempt that has ended is not that of the next one.
        request.control = Arc::default();
        self.free_worker(&mut request);
        request.on_worker = false;
        self.release_groups(&mut request);
        if let Some(running) = self.runs.running.get_mut(&request.id) {
            running.stage = Stage::BacksOff;
            running.control = request.control.clone();
        }
        let uptime = self.timeline.instants(now).uptime;
        let due = uptime.checked_add_signed(delta(wait)).unwrap_or(uptime);
        self.add_timer(due, request.id, Timer::Retry(request));
        self.after.wake_waiting = true;
        self.serve_groups(now);
    }

    /// Does what the timers that are due say.
    pub(crate) fn fire_timers(&mut self, now: Now) {
        let Instants { uptime, .. } = self.timeline.instants(now);
        while let Some(entry) = self.runs.timers.first_entry() {
            let &(due, id) = entry.key();
            if due > uptime {
                return;
            }
            match entry.remove() {
                Timer::Retry(request) => {
                    self.set_stage(id, Stage::Waits);
                    let admitted = self.ask_groups(request);
                    self.send_on(admitted, now);
                }
                Timer::Timeout => self.time_out(id),
            }
        }
    }

    fn time_out(&mut self, id: RunId) {
        let Some(running) = self.runs.running.get_mut(&id) else {
            return;
        };
        running.deadline = None;
        running.is_late = true;
        let control = running.control.clone();
        control.abort(Cancel::TimedOut);
        self.after.cancelled.push(control);
        self.tell_timeout(id);
    }

    /// Tells that a run takes too long.
    pub(crate) fn tell_timeout(&mut self, id: RunId) {
        let Some(running) = self.runs.running.get(&id) else {
            return;
        };
        let definition = &running.cell.definition;
        let event = Event::TimedOut {
            task: definition.name.shared(),
            job: running.job,
            fire_time: running.fire_time,
            attempt: running.attempt,
            timeout: definition.policies.timeout.unwrap_or_default(),
        };
        self.announce(|| event);
    }
}
