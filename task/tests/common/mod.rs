//! What the tests share. Each test binary uses a part of it.
#![allow(dead_code, unreachable_pub)]

use std::{
    sync::{
        Arc,
        mpsc::{self, Receiver},
    },
    time::Duration,
};

use parking_lot::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use task::{ManualClock, Run, Task, TaskManager, TaskManagerBuilder};

/// An empty manager on a manual clock that shows 2024-01-01 00:00:00 UTC.
pub fn manager() -> (ManualClock, TaskManager) {
    build(|builder| builder)
}

pub fn build(
    set: impl FnOnce(TaskManagerBuilder) -> TaskManagerBuilder,
) -> (ManualClock, TaskManager) {
    let clock = ManualClock::new();
    let manager = set(TaskManager::builder().empty().clock(clock.clone())).build();
    (clock, manager)
}

pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

pub fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Seconds after the start of the manual clock.
pub fn second(second: i64) -> DateTime<Utc> {
    ManualClock::new().now() + TimeDelta::seconds(second)
}

/// Writes down the fire time of each run, in seconds after the start of the clock.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<(String, i64)>>>);

impl Log {
    pub fn new() -> Log {
        Log::default()
    }

    /// Has the task write down its runs.
    pub fn of(&self, task: Task) -> Task {
        let log = self.clone();
        task.on_complete(move |run: &Run| {
            let fire = (run.fire_time() - second(0)).num_seconds();
            log.0.lock().push((run.task().to_owned(), fire));
        })
    }

    pub fn take(&self) -> Vec<(String, i64)> {
        std::mem::take(&mut self.0.lock())
    }

    /// The fire times since the last call, whatever the task.
    pub fn fires(&self) -> Vec<i64> {
        self.take().into_iter().map(|(_, fire)| fire).collect()
    }
}

/// A body that says when it has begun, and then waits until it is let go.
pub struct Gate {
    pub begun: Receiver<()>,
    pub go: mpsc::Sender<()>,
}

pub fn gated(name: &str) -> (Task, Gate) {
    let (say, begun) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let task = Task::new(name, move || {
        say.send(()).unwrap();
        // An error says that the test is over.
        let _ = wait.lock().recv();
    });
    (task, Gate { begun, go })
}

/// Does it on a thread of its own, and fails if it has not ended after 10 seconds
/// of real time, instead of waiting for ever.
#[track_caller]
pub fn within_10s(what: &str, work: impl FnOnce() + Send + 'static) {
    let (say, ended) = mpsc::channel();
    let thread = std::thread::Builder::new()
        .name(what.to_owned())
        .spawn(move || {
            work();
            // An error says that the time was over.
            let _ = say.send(());
        })
        .unwrap();
    match ended.recv_timeout(secs(10)) {
        Ok(()) => thread.join().unwrap(),
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{what}: still not done"),
        // It has panicked, and the message has been printed.
        Err(mpsc::RecvTimeoutError::Disconnected) => panic!("{what}: failed"),
    }
}

/// Waits for what comes without the clock, such as the last drop on a worker.
pub fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        std::thread::yield_now();
    }
}
