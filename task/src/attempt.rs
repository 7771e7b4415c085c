//! From a run that may begin to one that has ended: the attempt itself, the
//! decision on another one, the callbacks.

use std::sync::Arc;

use crate::{
    context::{Begun, Context},
    control::Cancel,
    event::Event,
    executor::{self, Attempt, Inside},
    request::{Ended, Report, Request},
    run::{Outcome, Run},
    scheduler::Core,
    skip::SkipReason,
    telemetry,
};

impl Core {
    /// Runs the body of a task that is not async on this thread.
    pub(crate) fn execute(self: &Arc<Self>, request: Request) {
        let _inside = Inside::enter(request.id);
        let Some((mut request, context)) = self.begin(request) else {
            return;
        };
        let attempt = executor::ask(&request, &context);
        if attempt.is_none() {
            self.tell_started(&mut request);
        }
        let attempt = attempt.unwrap_or_else(|| match executor::call(&request, &context) {
            Err(attempt) => attempt,
            // The futures of async tasks are driven elsewhere.
            Ok(future) => {
                executor::drop_guarded(future);
                Attempt::Left
            }
        });
        // Before the run is known to have ended: with it perhaps the last of a state.
        executor::drop_guarded(context);
        self.conclude(request, attempt);
    }

    /// Notes that an attempt begins, and makes its context. `None` if the run
    /// has ended instead, since it was cancelled before.
    pub(crate) fn begin(self: &Arc<Self>, mut request: Request) -> Option<(Request, Context)> {
        // Before the look at the flag: once they are gone, it is raised.
        let states = self.states.get();
        let mut state = self.lock();
        let started = self.clock.now();
        if !state.begin(&mut request, started) {
            let reason = match request.control.cancelled() {
                Some(Cancel::Replaced) => SkipReason::Overlap,
                _ => SkipReason::Stopped,
            };
            state.take_reading(started);
            state.withdraw_one(request, reason, started);
            self.unlock(state);
            executor::drop_guarded(states);
            return None;
        }
        let definition = &request.cell.definition;
        self.unlock(state);
        let begun = Begun {
            task: definition.name.clone(),
            job: request.job.map(|(_, place)| place),
            fire_time: request.fire_time,
            started,
            attempt: request.attempt,
            timeout: definition.policies.timeout,
            control: request.control.clone(),
        };
        let context = Context::new(begun, states, self.clock.clone());
        Some((request, context))
    }

    /// Tells that the body is about to be called.
    pub(crate) fn tell_started(self: &Arc<Self>, request: &mut Request) {
        telemetry::begun(request);
        let mut state = self.lock();
        state.tell(|| Event::Started {
            task: request.cell.definition.name.clone(),
            job: request.job.map(|(_, place)| place),
            fire_time: request.fire_time,
            attempt: request.attempt,
        });
        self.unlock(state);
    }

    /// Takes in what came of an attempt: another one follows, or the run ends.
    pub(crate) fn conclude(self: &Arc<Self>, request: Request, attempt: Attempt) {
        let mut state = self.lock();
        let now = self.clock.now();
        let is_late = state.end_attempt(request.id, now);
        let Attempt::Ended { outcome, cancel } = attempt else {
            state.take_reading(now);
            state.withdraw_one(request, SkipReason::Condition, now);
            self.unlock(state);
            return;
        };
        // What has come to a good end, only late, is not done again.
        let mut next = state.next_attempt(&request, &outcome);
        let outcome = if is_late {
            too_late(&request, outcome)
        } else {
            outcome
        };
        let ended = Ended {
            outcome,
            at: now.elapsed,
        };
        if let Some(wait) = next.filter(|_| telemetry::IS_ON) {
            drop(state);
            let run = request.run(now, ended.clone());
            telemetry::retrying(&request, &run, wait);
            state = self.lock();
            // It may have been stopped or removed meanwhile.
            next = state.next_attempt(&request, &ended.outcome);
        }
        match next {
            Some(wait) => {
                // What it wakes is foreign, and is dropped without the lock.
                let control = request.control.clone();
                state.back_off(request, ended, wait, now);
                self.unlock(state);
                executor::drop_guarded(control);
            }
            None => {
                let run = request.run(now, ended);
                self.unlock(state);
                self.end(request, run, cancel);
            }
        }
    }

    /// Ends a run that will get no further attempt with what came of the last one.
    pub(crate) fn give_up(self: &Arc<Self>, mut request: Request) {
        let _inside = Inside::enter(request.id);
        let now = self.clock.now();
        if let Some(ended) = request.failure.take() {
            let run = request.run(now, ended);
            self.end(request, run, false);
        }
    }

    /// Calls the callbacks of a run and takes it out.
    pub(crate) fn end(self: &Arc<Self>, mut request: Request, run: Run, cancel: bool) {
        let callback_panics = executor::call_back(&request, &run);
        telemetry::ended(&mut request, &run);
        let report = Report {
            run,
            cancel,
            callback_panics,
        };
        let mut state = self.lock();
        let now = self.clock.now();
        // The body may have taken long, and jobs are planned by its end.
        state.take_reading(now);
        state.finish(&mut request, &report, now);
        self.unlock(state);
        if let Some(reply) = request.reply.take() {
            reply.send(report.run);
            // Who waits looks at the reply under the lock: so the notification
            // finds him waiting, or he has seen it.
            drop(self.lock());
            self.done.notify_all();
        }
        self.drop_run(request);
    }
}

/// Says that an attempt took too long, whatever it returned then.
fn too_late(request: &Request, outcome: Outcome) -> Outcome {
    let timeout = request.cell.definition.policies.timeout.unwrap_or_default();
    let timeout = task_schedule::span_text(timeout);
    match outcome {
        Outcome::Failed(message) => Outcome::TimedOut(format!(
            "took longer than {timeout}, and failed then: {message}"
        )),
        Outcome::Succeeded | Outcome::TimedOut(_) => {
            Outcome::TimedOut(format!("took longer than {timeout}"))
        }
        Outcome::Panicked(_) | Outcome::Cancelled(_) => outcome,
    }
}
