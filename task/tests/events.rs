//! Who wants to know what happens, and how he is told.

mod common;

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use common::{build, manager, secs};
use parking_lot::Mutex;
use task::{Event, Events, ManualClock, Task, TaskManager};

/// What waits, as the name of the event and of its task.
fn waiting(events: &Events) -> Vec<String> {
    std::iter::from_fn(|| events.try_recv())
        .map(|event| event.to_string())
        .collect()
}

#[test]
fn everything_is_told_in_its_order() {
    let (clock, manager) = manager();
    let events = manager.subscribe();
    let fails = Task::new("a", || Err::<(), _>("down"))
        .every("10s")
        .retry(1)
        .backoff("5s")
        .disable_after(1);
    let a = manager.add(fails).unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    manager.settle();
    clock.advance(secs(5));
    manager.settle();
    a.enable();
    a.enable(); // Which changes nothing.
    clock.advance(secs(25)); // Past 20, 30 and 40.
    manager.settle();
    a.reschedule("every 1m").unwrap();
    a.disable();
    a.disable();
    clock.advance(secs(60));
    manager.settle();
    manager.remove("a").unwrap();
    manager.stop();
    assert_eq!(
        waiting(&events),
        [
            "a was added",
            "the loop has started with 1 task",
            "a has begun",
            "a failed: down; the next attempt comes in 5.0s",
            "a has begun its attempt 2",
            "a failed: down (after 5.0s)",
            "a was disabled after 1 failure",
            "a was enabled",
            "a skipped 2 fires: missed",
            "a has begun",
            "a failed: down; the next attempt comes in 5.0s",
            "a was rescheduled",
            "a was disabled",
            "a has begun its attempt 2",
            "a failed: down (after 60.0s)",
            "a skipped a fire: disabled",
            "a was removed",
            "the loop has stopped",
        ]
    );
}

#[test]
fn a_time_out_a_step_and_a_cancelled_run_are_told() {
    let (clock, manager) = manager();
    let inner = clock.clone();
    let slow = Task::new("slow", move || inner.advance(secs(3)))
        .every("10s")
        .timeout("2s");
    manager.add(slow).unwrap();
    let events = manager.subscribe();
    clock.advance(secs(10));
    manager.run_pending();
    clock.set_wall(clock.now() - chrono::TimeDelta::seconds(90));
    manager.run_pending();
    assert_eq!(
        waiting(&events),
        [
            "slow has begun",
            "slow takes longer than 2s",
            "slow timed out: took longer than 2s (after 3.0s)",
            "the wall clock was stepped by -90 s",
        ]
    );
}

#[test]
fn an_event_names_its_task_and_others_name_none() {
    let (_clock, manager) = manager();
    let events = manager.subscribe();
    let a = manager.add(Task::new("a", || ()).every("1m")).unwrap();
    a.run_now().unwrap();
    manager.run().unwrap();
    manager.stop();
    let tasks: Vec<_> = std::iter::from_fn(|| events.try_recv())
        .map(|event| event.task().map(str::to_owned))
        .collect();
    let a = Some("a".to_owned());
    assert_eq!(tasks, [a.clone(), a.clone(), a, None, None]);
}

#[test]
fn a_slow_observer_holds_nothing_up_and_learns_what_it_missed() {
    let (tell, told) = mpsc::channel();
    let (go, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let (clock, manager) = build(|builder| {
        builder.event_capacity(3).on_event(move |event| {
            tell.send(event.clone()).unwrap();
            gate.lock().recv().unwrap();
        })
    });
    let beat = manager.add(Task::new("beat", || ()).every("10s")).unwrap();
    assert!(matches!(told.recv(), Ok(Event::Added { .. })));
    // It is at work on that, and nobody waits for it.
    for _ in 0..10 {
        clock.advance(secs(10));
        assert_eq!(manager.run_pending(), 1);
    }
    assert_eq!(beat.detail().unwrap().counters.ran, 10);
    for _ in 0..5 {
        go.send(()).unwrap();
    }
    manager.settle();
    let rest: Vec<_> = told.try_iter().collect();
    assert_eq!(rest[0], Event::Lost { events: 17 });
    assert_eq!(rest.len(), 4);
    assert!(matches!(&rest[3], Event::Finished(run) if run.fire_time() == clock.now()));
}

#[test]
fn a_subscriber_that_takes_nothing_holds_nothing_up() {
    let (clock, manager) = build(|builder| builder.event_capacity(2));
    let events = manager.subscribe();
    manager.add(Task::new("beat", || ()).every("10s")).unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    manager.settle();
    assert!(manager.stop().is_clean());
    assert_eq!(
        waiting(&events),
        [
            "3 events were lost",
            "beat succeeded (after 0.0ns)",
            "the loop has stopped"
        ]
    );
}

#[test]
fn a_stop_waits_until_the_observers_were_told() {
    for is_async in [false, true] {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = seen.clone();
        let (clock, manager) =
            build(|builder| builder.on_event(move |event| noted.lock().push(event.to_string())));
        manager.add(Task::new("beat", || ()).every("10s")).unwrap();
        manager.run().unwrap();
        clock.advance(secs(10));
        manager.settle();
        if is_async {
            common::block_on(manager.stop_async());
        } else {
            manager.stop();
        }
        assert_eq!(seen.lock().last().unwrap(), "the loop has stopped");
    }
}

#[test]
fn a_stop_does_not_wait_for_ever_for_an_observer() {
    let (go, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let (_clock, manager) = build(|builder| {
        builder
            .stop_timeout(Duration::from_millis(1))
            .on_event(move |_| gate.lock().recv().unwrap_or_default())
    });
    manager.run().unwrap();
    assert!(manager.stop().is_clean());
    drop(go);
    manager.settle();
}

#[test]
fn an_observer_may_stop_settle_and_change_what_it_is_told_of() {
    let (tell, done) = mpsc::channel();
    let cell = Arc::new(std::sync::OnceLock::new());
    let held = cell.clone();
    let (clock, manager) = build(|builder| {
        builder.on_event(move |event| {
            let weak: &task::WeakTaskManager = held.get().unwrap();
            let Some(manager) = weak.upgrade() else {
                return;
            };
            if let Event::Finished(run) = event {
                if run.task() == "beat" {
                    manager.settle();
                    manager.add(Task::new("next", || ()).every("1m")).unwrap();
                    let run = manager["next"].run_now().unwrap().wait().unwrap();
                    manager.remove("next").unwrap();
                    manager.stop();
                    tell.send(run.is_success()).unwrap();
                }
            }
        })
    });
    cell.set(manager.downgrade()).unwrap();
    manager.add(Task::new("beat", || ()).every("10s")).unwrap();
    manager.run().unwrap();
    clock.advance(secs(10));
    assert_eq!(done.recv_timeout(secs(10)), Ok(true));
    manager.settle();
    assert!(!manager.is_running());
}

#[test]
fn events_end_with_the_manager_and_with_what_was_under_way() {
    let (begin, begun) = mpsc::channel();
    let (go, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let (_clock, manager) = manager();
    let body = move || {
        begin.send(()).unwrap();
        gate.lock().recv().unwrap_or_default();
    };
    let task = Task::new("long", body).every("1h").threaded();
    let task = manager.add(task).unwrap();
    let (first, second) = (manager.subscribe(), manager.subscribe());
    task.run_now().unwrap();
    begun.recv().unwrap();
    drop(manager);
    let all = thread::spawn(move || first.map(|event| event.to_string()).collect::<Vec<_>>());
    drop(go);
    let all = all.join().unwrap();
    assert_eq!(all[0], "long has begun");
    assert!(all[1].starts_with("long succeeded"), "{all:?}");
    assert_eq!(all.len(), 2);
    // Also for who comes later, and in async code.
    assert!(second.recv().is_some() && second.recv_timeout(secs(10)).is_some());
    assert_eq!(common::block_on(second.recv_async()), None);
    assert_eq!(second.recv(), None);
    drop(task); // The handle of a task doesn't keep them going.
}

#[test]
fn an_event_wakes_who_waits_for_it() {
    let (_clock, manager) = manager();
    let events = Arc::new(manager.subscribe());
    let waiting = events.clone();
    let thread = thread::spawn(move || waiting.recv().map(|event| event.to_string()));
    manager.add(Task::new("a", || ()).every("1m")).unwrap();
    assert_eq!(thread.join().unwrap().as_deref(), Some("a was added"));

    let waiting = events.clone();
    let thread = thread::spawn(move || common::block_on(waiting.recv_async()));
    manager.remove("a").unwrap();
    assert!(matches!(
        thread.join().unwrap(),
        Some(Event::Removed { .. })
    ));
    assert_eq!(events.recv_timeout(Duration::from_millis(1)), None);
}

#[test]
fn a_capacity_of_nothing_is_refused() {
    let manager = TaskManager::builder()
        .empty()
        .clock(ManualClock::new())
        .event_capacity(0)
        .build();
    let error = manager.check().unwrap_err().to_string();
    assert!(error.starts_with("`event_capacity` is 0"), "{error}");
}

#[test]
fn a_stop_waits_for_all_observers() {
    let seen = Arc::new(Mutex::new([0, 0]));
    let (_clock, manager) = build(|mut builder| {
        for place in [0, 1] {
            let seen = seen.clone();
            builder = builder.on_event(move |_| {
                // The others have a turn, and come first or last.
                (0..1_000).for_each(|_| thread::yield_now());
                seen.lock()[place] += 1;
            });
        }
        builder
    });
    manager.run().unwrap();
    manager.stop();
    assert_eq!(*seen.lock(), [2, 2]);
}

#[test]
fn who_has_stopped_waiting_in_async_code_is_forgotten() {
    use std::{future::Future, pin::pin, task};
    struct Nobody;
    impl task::Wake for Nobody {
        fn wake(self: Arc<Self>) {}
    }
    let (_clock, manager) = manager();
    let events = manager.subscribe();
    let mut wakers = Vec::new();
    for _ in 0..3 {
        let nobody = Arc::new(Nobody);
        wakers.push(Arc::downgrade(&nobody));
        let waker = task::Waker::from(nobody);
        let mut future = pin!(events.recv_async());
        let mut context = task::Context::from_waker(&waker);
        assert!(future.as_mut().poll(&mut context).is_pending());
        assert!(future.as_mut().poll(&mut context).is_pending());
    }
    assert!(wakers.iter().all(|waker| waker.strong_count() == 0));
}
