//! `overlap` says what a fire does while the task is running.

use std::{
    sync::{
        Condvar, Mutex,
        mpsc::{Sender, channel},
    },
    time::Duration,
};

use task::{Context, ManualClock, State, TaskManager, task};

static OPEN: Mutex<bool> = Mutex::new(false);
static OPENED: Condvar = Condvar::new();

fn wait() {
    let open = OPEN.lock().unwrap();
    drop(OPENED.wait_while(open, |open| !*open).unwrap());
}

#[task(every = "10s", threaded, overlap = "skip")]
fn skip() {
    wait();
}

#[task(every = "10s", threaded, overlap = "queue")]
fn queue() {
    wait();
}

#[task(every = "10s", threaded, overlap = "allow")]
fn allow() {
    wait();
}

#[task(every = "10s", threaded, overlap = 2)]
fn at_most_two() {
    wait();
}

#[task(every = "10s", threaded, overlap = "cancel")]
fn cancel(context: &Context, clock: State<ManualClock>, began: State<Sender<()>>) {
    began.send(()).unwrap();
    wait();
    // All but the last fire are told to end.
    let is_last = context.fire_time() == clock.now();
    assert_ne!(context.is_cancelled(), is_last);
}

#[task(every = "10s", overlap = "allow")]
async fn awaited() {
    wait();
}

fn main() {
    let clock = ManualClock::new();
    let (sender, began) = channel::<()>();
    let manager = TaskManager::builder()
        .clock(clock.clone())
        .state(clock.clone())
        .state(sender)
        .build();
    manager.check().unwrap();
    clock.advance(Duration::from_secs(10));
    manager.run_pending();
    // One that has not begun when it is replaced never runs.
    began.recv().unwrap();
    for _ in 0..2 {
        clock.advance(Duration::from_secs(10));
        manager.run_pending();
    }
    *OPEN.lock().unwrap() = true;
    OPENED.notify_all();
    manager.settle();
    let succeeded = |name: &str| {
        let counters = manager[name].detail().unwrap().counters;
        assert_eq!(counters.panicked, 0, "{name}");
        counters.ran
    };
    assert_eq!(succeeded("skip"), 1);
    assert_eq!(succeeded("queue"), 2);
    assert_eq!(succeeded("allow"), 3);
    assert_eq!(succeeded("at_most_two"), 2);
    assert_eq!(succeeded("cancel"), 2);
    assert_eq!(succeeded("awaited"), 3);
}
