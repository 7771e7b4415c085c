//! The worker threads of `threaded` tasks: reused, bounded, started when needed.

use std::{sync::Arc, thread};

use crate::{
    error::{Error, ErrorKind},
    executor::{self, Request},
    scheduler::Core,
};

impl Core {
    /// Queues a run for a worker, and starts one if all are taken and the
    /// bound allows it.
    pub(crate) fn submit(self: &Arc<Self>, request: Request) {
        let mut state = self.lock();
        state.workers.ready.push_back(request);
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
                self.worker_failed(&error);
            }
        }
    }

    /// Takes runs until the manager was stopped and none is left.
    fn work(self: Arc<Self>, stops: u64) {
        let mut state = self.lock();
        loop {
            if let Some(mut request) = state.workers.ready.pop_front() {
                request.on_worker = true;
                state.workers.busy += 1;
                drop(state);
                self.execute(request);
                state = self.lock();
            } else if state.stops != stops {
                state.workers.alive -= 1;
                return;
            } else {
                self.work.wait(&mut state);
            }
        }
    }

    /// The operating system gave no thread. While other workers live, they
    /// take the runs; if there is none, the runs fail, and say why.
    fn worker_failed(self: &Arc<Self>, error: &std::io::Error) {
        let mut state = self.lock();
        state.workers.alive -= 1;
        let stranded = if state.workers.alive == 0 {
            std::mem::take(&mut state.workers.ready)
        } else {
            Default::default()
        };
        drop(state);
        for request in stranded {
            let message: Error = ErrorKind::Thread {
                role: "worker",
                reason: error.to_string(),
            }
            .into();
            let report = executor::fail(&self.clock, &request, message.to_string());
            self.finish(request, report);
        }
    }
}
