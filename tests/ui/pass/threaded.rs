//! `threaded` runs the body on another thread.

use std::{
    sync::{
        Mutex,
        mpsc::{Sender, channel},
    },
    thread::{self, ThreadId},
    time::Duration,
};

use task::{ManualClock, TaskManager, task};

static THREADS: Mutex<Option<Sender<ThreadId>>> = Mutex::new(None);

#[task(every = "10s", threaded)]
fn beat() {
    let threads = THREADS.lock().unwrap();
    threads
        .as_ref()
        .unwrap()
        .send(thread::current().id())
        .unwrap();
}

fn main() {
    let (sender, threads) = channel();
    *THREADS.lock().unwrap() = Some(sender);
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    clock.advance(Duration::from_secs(10));
    assert_eq!(manager.run_pending(), 1);
    assert_ne!(threads.recv().unwrap(), thread::current().id());
}
