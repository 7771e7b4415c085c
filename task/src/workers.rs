//! The worker threads of `threaded` tasks, and of async ones that have no
//! runtime: reused, bounded, started when needed.

use std::sync::Arc;

use crate::{
    error::{Error, ErrorKind},
    executor::Inside,
    plain::Ready,
    precise::start,
    request::Ended,
    run::Outcome,
    runs::Stage,
    scheduler::Core,
};

impl Core {
    /// Starts workers while runs wait for which none is free, and the bound
    /// allows it.
    pub(crate) fn staff(self: &Arc<Self>) {
        loop {
            let mut state = self.lock();
            let workers = &mut state.workers;
            if !workers.is_short() {
                return;
            }
            if workers.alive >= self.settings.max_threads {
                drop(state);
                if self.settings.max_threads == 0 {
                    self.strand("`max_threads` is 0");
                }
                return;
            }
            workers.alive += 1;
            workers.started += 1;
            let number = workers.started;
            let stops = state.stops;
            drop(state);
            let core = self.clone();
            let name = format!("task-worker-{number}");
            let work = Box::new(move || core.work(stops));
            // The thread is not joined: a run is waited for, not its thread.
            if let Err(error) = start(&name, self.settings.stack_size, work) {
                self.lock().workers.alive -= 1;
                self.strand(&error.to_string());
                return;
            }
        }
    }

    /// Takes runs until the manager was stopped or closed and none is left.
    fn work(self: Arc<Self>, stops: u64) {
        let mut state = self.lock();
        // The last reading of the clocks, if nothing has been done since.
        let mut fresh = None;
        loop {
            let Some(run) = state.workers.ready.pop_front() else {
                if state.stops != stops || state.closed {
                    state.workers.alive -= 1;
                    return;
                }
                fresh = None;
                self.work.wait(&mut state);
                continue;
            };
            state.workers.busy += 1;
            let request = match run {
                Ready::Plain(run, cell) => {
                    let now = fresh.take().unwrap_or_else(|| self.clock.now());
                    match state.begin_plain(run, cell, now) {
                        Ok((id, cell)) => {
                            (state, fresh) = match self.run_plain((state, now), id, cell) {
                                Some((state, now)) => (state, Some(now)),
                                None => (self.lock(), None),
                            };
                            continue;
                        }
                        Err(request) => *request,
                    }
                }
                Ready::Other(mut request) => {
                    request.on_worker = true;
                    request.keeps_worker = true;
                    state.set_stage(request.id, Stage::Taken);
                    request
                }
            };
            drop(state);
            if request.cell.definition.is_async() {
                self.block_on(request);
            } else {
                self.execute(request);
            }
            fresh = None;
            state = self.lock();
        }
    }

    /// No worker could be started. While others live, they take the runs; if
    /// there is none, the runs fail, and say why.
    fn strand(self: &Arc<Self>, reason: &str) {
        let mut state = self.lock();
        let stranded = if state.workers.alive == 0 {
            std::mem::take(&mut state.workers.ready)
        } else {
            Default::default()
        };
        let (mut requests, mut inside) = (Vec::new(), Vec::new());
        for run in stranded {
            let request = match run {
                Ready::Plain(run, cell) => state.as_others(run, cell),
                Ready::Other(request) => request,
            };
            // A callback that stops waits for none of them: they are in its own hands.
            inside.push(Inside::enter(request.id));
            requests.push(request);
        }
        drop(state);
        for request in requests {
            let error: Error = ErrorKind::Thread {
                role: "worker",
                reason: reason.to_owned(),
            }
            .into();
            let now = self.clock.now();
            let ended = Ended {
                outcome: Outcome::Failed(error.to_string()),
                at: now.elapsed,
            };
            let run = request.run(now, ended);
            self.end(request, run, false);
        }
    }
}
