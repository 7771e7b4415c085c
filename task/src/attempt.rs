//! From a run that may begin to one that has ended: the attempt itself, the
//! decision on another one, the callbacks.

use std::sync::Arc;

use crate::{
    clock::Now,
    context::{Begun, Context, States},
    control::Cancel,
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
        if let Some((request, context)) = self.begin(request) {
            self.call(request, context);
        }
    }

    /// The same for a run that has begun in the step that decided on it.
    ///
    /// Returns the last reading of the clocks; `None` if something was done after that.
    pub(crate) fn execute_begun(
        self: &Arc<Self>,
        request: Request,
        started: Now,
        states: Option<Arc<States>>,
    ) -> Option<Now> {
        let context = states.map(|states| self.context(&request, started, states));
        self.call(request, context)
    }

    fn call(self: &Arc<Self>, mut request: Request, context: Option<Context>) -> Option<Now> {
        let attempt = executor::ask(&request, context.as_ref());
        if attempt.is_none() {
            self.tell_started(&mut request);
        }
        let attempt = attempt.unwrap_or_else(|| {
            match executor::call(&request, context.as_ref()) {
                Err(attempt) => attempt,
                // The futures of async tasks are driven elsewhere.
                Ok(future) => {
                    executor::drop_guarded(future);
                    Attempt::Left
                }
            }
        });
        if context.is_some() {
            // Before the run is known to have ended: with it perhaps the last of a state.
            executor::drop_guarded(context);
        }
        self.conclude(request, attempt)
    }

    /// Notes that an attempt begins, and makes its context. `None` if the run
    /// has ended instead, since it was cancelled before.
    pub(crate) fn begin(
        self: &Arc<Self>,
        mut request: Request,
    ) -> Option<(Request, Option<Context>)> {
        // Before the look at the flag: once they are gone, it is raised.
        let takes_context = request.cell.definition.takes_context();
        let states = takes_context.then(|| self.states.get());
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
        self.unlock(state);
        let Some(states) = states else {
            return Some((request, None));
        };
        let context = self.context(&request, started, states);
        Some((request, Some(context)))
    }

    fn context(&self, request: &Request, started: Now, states: Arc<States>) -> Context {
        let definition = &request.cell.definition;
        let begun = Begun {
            task: definition.name.clone(),
            job: request.job.map(|(_, place)| place),
            fire_time: request.fire_time,
            started,
            attempt: request.attempt,
            timeout: definition.policies.timeout,
            control: request.control.clone(),
        };
        Context::new(begun, states, self.clock.clone())
    }

    /// Tells that the body is about to be called.
    pub(crate) fn tell_started(self: &Arc<Self>, request: &mut Request) {
        telemetry::begun(request);
        // Else it was told as the attempt began.
        if request.asks() {
            let mut state = self.lock();
            state.tell_started(request);
            self.unlock(state);
        }
    }

    /// Takes in what came of an attempt: another one follows, or the run ends.
    ///
    /// Returns the last reading of the clocks; `None` if something was done after that.
    pub(crate) fn conclude(
        self: &Arc<Self>,
        mut request: Request,
        attempt: Attempt,
    ) -> Option<Now> {
        let mut state = self.lock();
        let now = self.clock.now();
        let is_late = state.end_attempt(request.id, now);
        let Attempt::Ended { outcome, cancel } = attempt else {
            state.take_reading(now);
            state.withdraw_one(request, SkipReason::Condition, now);
            self.unlock(state);
            return None;
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
        if let Some(wait) = next {
            // What it wakes is foreign, and is dropped without the lock.
            let control = request.control.clone();
            state.back_off(request, ended, wait, now);
            self.unlock(state);
            executor::drop_guarded(control);
            return None;
        }
        let run = request.run(now, ended);
        if telemetry::is_heard(&request, &run) || executor::is_called_back(&request, &run) {
            self.unlock(state);
            self.end(request, run, cancel);
            return None;
        }
        let report = Report {
            run,
            cancel,
            callback_panics: Vec::new(),
        };
        let run = state.finish(&mut request, report, now);
        let is_quiet = run.is_none() && state.after.is_quiet();
        self.unlock(state);
        telemetry::succeeded_unheard_again(&request);
        self.leave(request, run);
        is_quiet.then_some(now)
    }

    /// Ends a run that will get no further attempt with what came of the last one.
    pub(crate) fn give_up(self: &Arc<Self>, mut request: Request) {
        let _inside = Inside::enter(request.id);
        let now = self.clock.now();
        if let Some(ended) = request.failure.take() {
            let run = request.run(now, *ended);
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
        let run = state.finish(&mut request, report, now);
        self.unlock(state);
        self.leave(request, run);
    }

    /// Answers whoever waits for a run that has been taken out, and drops what is left of it.
    fn leave(&self, mut request: Request, run: Option<Run>) {
        if let Some((reply, run)) = request.reply.take().zip(run) {
            reply.send(run);
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
