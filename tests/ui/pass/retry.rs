//! `retry` and `backoff` say how often a failed run is tried again, and when.

use std::time::Duration;

use task::{Context, ManualClock, TaskManager, task};

#[task(every = "1h", retry = 2, backoff = "10s")]
fn in_the_end(context: &Context) -> Result<(), String> {
    if context.attempt() < 3 {
        return Err("not yet".to_owned());
    }
    Ok(())
}

#[task(every = "1h", retry = 1, backoff = "10s")]
async fn never() -> Result<(), String> {
    Err("no".to_owned())
}

// Waits up to a second, and then up to two.
#[task(every = "1h", retry = 2, backoff = "1s to 1m")]
fn growing() -> Result<(), &'static str> {
    Err("no")
}

#[task(every = "1h", retry = 4_294_967_295)]
fn at_once() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    manager.check().unwrap();
    clock.advance(Duration::from_secs(3600));
    manager.settle();
    assert!(manager["at_once"].last().unwrap().is_success());
    assert!(manager["in_the_end"].last().is_none());
    for _ in 0..2 {
        clock.advance(Duration::from_secs(10));
        manager.settle();
    }
    let last = manager["in_the_end"].last().unwrap();
    assert!(last.is_success());
    assert_eq!(last.attempt(), 3);
    let last = manager["never"].last().unwrap();
    assert_eq!((last.attempt(), last.error()), (2, Some("no")));
    let last = manager["growing"].last().unwrap();
    assert_eq!((last.attempt(), last.error()), (3, Some("no")));
}
