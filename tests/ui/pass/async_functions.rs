//! An `async fn` is a task like any other.

use std::{
    future::poll_fn,
    ops::ControlFlow,
    rc::Rc,
    task::Poll,
    thread::{self, ThreadId},
    time::Duration,
};

use task::{Context, ManualClock, State, TaskManager, task};

/// Comes back once, as a future does that waits for something.
async fn yield_once() {
    let mut yielded = false;
    poll_fn(|context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[task(every = "1s")]
async fn nothing() {}

#[task(every = "1s")]
async fn off_the_thread(main: State<ThreadId>) {
    yield_once().await;
    assert_ne!(*main, thread::current().id());
}

#[task(every = "1s")]
async fn takes(
    context: &Context,
    State(main): State<ThreadId>,
    own: Context,
) -> Result<u8, String> {
    yield_once().await;
    assert_eq!(context.task(), "takes");
    assert_eq!(context.fire_time(), own.fire_time());
    drop((main, own));
    yield_once().await;
    Ok(5)
}

// What is not `Send` may be there, as long as it is not held while waiting.
#[task(every = "1s")]
async fn not_send_for_a_while() {
    {
        let shared = Rc::new(5);
        assert_eq!(*shared, 5);
    }
    yield_once().await;
}

#[task(every = "1s")]
async fn fails() -> Result<(), std::num::ParseIntError> {
    "five".parse::<u8>().map(drop)
}

#[task(every = "1s")]
async fn once() -> Result<ControlFlow<()>, String> {
    Ok(ControlFlow::Break(()))
}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder()
        .clock(clock.clone())
        .state(thread::current().id())
        .build();
    manager.check().unwrap();
    for _ in 0..2 {
        clock.advance(Duration::from_secs(1));
        manager.settle();
    }
    let counters = |name: &str| manager[name].detail().unwrap().counters;
    for name in ["nothing", "off_the_thread", "takes", "not_send_for_a_while"] {
        assert!(manager[name].is_async(), "{name}");
        let last = manager[name].last().unwrap();
        assert!(last.is_success(), "{name}: {:?}", last.outcome());
        assert_eq!(counters(name).ran, 2, "{name}");
    }
    assert_eq!(counters("fails").failed, 2);
    assert_eq!(counters("once").ran, 1);
}
