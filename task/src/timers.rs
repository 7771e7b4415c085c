//! What comes to a run with time, under the lock: the end of an attempt that
//! takes too long, and the next attempt after a failed one.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};

use crate::{
    clock::Now,
    control::Cancel,
    event::Event,
    guard::TaskCell,
    order::in_order,
    queue::DueQueue,
    request::{Ended, Request, RunId},
    run::Outcome,
    runs::Stage,
    slab::{Key, Slab},
    state::State,
    tick::Tick,
    timeline::delta,
};

/// What comes on the uptime line.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    all: Slab<Timer>,
    queue: DueQueue,
}

#[derive(Debug)]
struct Timer {
    due: DateTime<Utc>,
    run: RunId,
    /// The next attempt of a run that failed. `None` is the end of the time that an
    /// attempt may take.
    retry: Option<Request>,
}

/// The end of the time that an attempt may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) at: DateTime<Utc>,
    timer: Key,
}

impl Timers {
    /// Returns when the first one is due.
    pub(crate) fn head(&self) -> Option<Tick> {
        self.queue.head()
    }

    fn insert(&mut self, timer: Timer) -> Key {
        let due = timer.due.into();
        let key = self.all.insert(timer);
        self.queue.set(key.place(), due);
        key
    }

    fn remove(&mut self, key: Key) -> Option<Timer> {
        let timer = self.all.remove(key)?;
        self.queue.remove(key.place());
        Some(timer)
    }

    /// Returns those that are due, in the order in which they are.
    fn due(&self, uptime: Tick) -> Vec<Key> {
        let mut due = Vec::new();
        // Each round asks, and mostly none is.
        if self.head().is_none_or(|head| head > uptime) {
            return due;
        }
        self.queue.due(uptime, |place| {
            if let Some((key, _)) = self.all.at(place) {
                due.push(key);
            }
        });
        self.in_order(due)
    }

    fn in_order(&self, keys: Vec<Key>) -> Vec<Key> {
        let when = |key: &Key| self.all.get(*key).map(|timer| (timer.due, timer.run));
        in_order(&keys, |a, b| when(a).cmp(&when(b)))
    }

    /// Takes out the runs of these tasks that wait for their next attempt.
    pub(crate) fn withdraw(&mut self, is_chosen: &dyn Fn(&Arc<TaskCell>) -> bool) -> Vec<Request> {
        let mut chosen = Vec::new();
        for (key, timer) in self.all.iter() {
            if let Some(request) = &timer.retry {
                if is_chosen(&request.cell) {
                    chosen.push(key);
                }
            }
        }
        let mut out = Vec::new();
        for key in self.in_order(chosen) {
            if let Some(request) = self.remove(key).and_then(|timer| timer.retry) {
                out.push(request);
            }
        }
        out
    }
}

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
        let deadline = deadline.map(|at| Limit {
            at,
            timer: self.add_timer(at, request.id, None),
        });
        if let Some(running) = self.runs.running.get_mut(&request.id) {
            running.stage = Stage::Begun;
            running.attempt = request.attempt;
            running.deadline = deadline;
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

    fn add_timer(&mut self, due: DateTime<Utc>, run: RunId, retry: Option<Request>) -> Key {
        if self
            .runs
            .next_timer()
            .is_none_or(|next| Tick::from(due) < next)
        {
            self.after.wake_loop = true;
            // Where no loop runs, who waits for a run waits for its timers.
            self.after.wake_waiting = true;
        }
        self.runs.timers.insert(Timer { due, run, retry })
    }

    /// Notes that the attempt under way has ended. Returns true if it took too long.
    pub(crate) fn end_attempt(&mut self, id: RunId, now: Now) -> bool {
        let Some(running) = self.runs.running.get_mut(&id) else {
            return false;
        };
        let is_late = std::mem::take(&mut running.is_late);
        if let Some(deadline) = running.deadline.take() {
            let uptime = self.timeline.instants(now).uptime;
            self.runs.timers.remove(deadline.timer);
            if uptime >= deadline.at {
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
        self.add_timer(due, request.id, Some(request));
        self.after.wake_waiting = true;
        self.serve_groups(now);
    }

    /// Does what the timers that are due say.
    pub(crate) fn fire_timers(&mut self, now: Now) {
        let uptime = self.timeline.uptime_tick(now);
        for key in self.runs.timers.due(uptime) {
            match self.runs.timers.remove(key) {
                Some(Timer {
                    retry: Some(request),
                    run,
                    ..
                }) => {
                    self.set_stage(run, Stage::Waits);
                    let admitted = self.ask_groups(request);
                    self.send_on(admitted, now);
                }
                Some(timer) => self.time_out(timer.run),
                None => {}
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
