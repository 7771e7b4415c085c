//! The worker threads of `threaded` tasks: reused, bounded, started when needed.

use std::{sync::Arc, thread};

use crate::{
    error::{Error, ErrorKind},
    executor,
    scheduler::Core,
};

impl Core {
    /// Starts a worker if runs wait for which none is free, and the bound
    /// allows it; wakes one otherwise.
    pub(crate) fn staff(self: &Arc<Self>) {
        let mut state = self.lock();
        let workers = &mut state.workers;
        // A free worker that was notified counts as free until it has taken a
        // run, so it is the number of waiting runs that tells whether all are served.
        let free = workers.alive - workers.busy;
        let one_more = workers.ready.len() > free && workers.alive < self.settings.max_threads;
        if one_more {
            workers.alive += 1;
            workers.started += 1;
        }
        let number = workers.started;
        let stops = state.stops;
        drop(state);
        self.work.notify_one();
        if one_more {
            let core = self.clone();
            let mut builder = thread::Builder::new().name(format!("task-worker-{number}"));
            if let Some(bytes) = self.settings.stack_size {
                builder = builder.stack_size(bytes);
            }
            // The thread is not joined: a run is waited for, not its thread.
            if let Err(error) = builder.spawn(move || core.work(stops)) {
                self.lock().workers.alive -= 1;
                self.strand(&error.to_string());
            }
        } else if self.settings.max_threads == 0 {
            self.strand("`max_threads` is 0");
        }
    }

    /// Takes runs until the manager was stopped or closed and none is left.
    fn work(self: Arc<Self>, stops: u64) {
        let mut state = self.lock();
        loop {
            if let Some(mut request) = state.workers.ready.pop_front() {
                request.on_worker = true;
                state.workers.busy += 1;
                drop(state);
                self.execute(request);
                state = self.lock();
            } else if state.stops != stops || state.closed {
                state.workers.alive -= 1;
                return;
            } else {
                self.work.wait(&mut state);
            }
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
        drop(state);
        for request in stranded {
            let message: Error = ErrorKind::Thread {
                role: "worker",
                reason: reason.to_owned(),
            }
            .into();
            let report = executor::fail(&self.clock, &request, message.to_string());
            self.finish(request, report);
        }
    }
}
