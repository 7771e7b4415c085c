//! `timeout` says how long an attempt may take.

use std::{
    sync::mpsc::{SyncSender, sync_channel},
    time::Duration,
};

use task::{Context, ManualClock, Outcome, State, TaskManager, task};

#[task(every = "1h", timeout = "10s", max_runs = 1)]
async fn pending(started: State<SyncSender<()>>) {
    started.send(()).unwrap();
    std::future::pending::<()>().await;
}

#[task(every = "30m", timeout = "10s")]
async fn in_time() {}

#[task(every = "2h", timeout = "1m 30s")]
fn told(context: &Context, clock: State<ManualClock>) {
    assert!(!context.is_cancelled());
    clock.advance(Duration::from_secs(90));
    assert!(context.is_cancelled());
}

fn main() {
    let clock = ManualClock::new();
    let (sender, started) = sync_channel::<()>(1);
    let manager = TaskManager::builder()
        .clock(clock.clone())
        .state(clock.clone())
        .state(sender)
        .build();
    let outcome = |name: &str| manager[name].last().unwrap().outcome().clone();

    clock.advance(Duration::from_secs(1800));
    manager.settle();
    assert_eq!(outcome("in_time"), Outcome::Succeeded);

    clock.advance(Duration::from_secs(1800));
    manager.run_pending();
    started.recv().unwrap();
    clock.advance(Duration::from_secs(10));
    manager.settle();
    assert!(matches!(outcome("pending"), Outcome::TimedOut(_)));

    clock.advance(Duration::from_secs(3600));
    manager.settle();
    assert!(matches!(outcome("told"), Outcome::TimedOut(_)));
}
