//! Async tasks on the runtimes of tokio.
#![cfg(feature = "tokio")]

mod common;

use std::{future::pending, time::Duration};

use common::{manager, secs};
use task::{Context, ManualClock, Outcome, Task, TaskFunction, TaskManager};
use tokio::{
    runtime::{Builder, Runtime},
    sync::mpsc,
};

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

fn multi_thread() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .unwrap()
}

fn both(test: impl AsyncFn()) {
    current_thread().block_on(test());
    multi_thread().block_on(test());
}

/// A task that needs the timer of tokio, and says so when it has begun.
fn sleeper(name: &str, span: Duration) -> (Task, mpsc::UnboundedReceiver<()>) {
    let (say, begun) = mpsc::unbounded_channel();
    let body = move || {
        let say = say.clone();
        async move {
            say.send(()).unwrap();
            tokio::time::sleep(span).await;
        }
    };
    (Task::new_async(name, body), begun)
}

fn add(manager: &TaskManager, task: Task) -> TaskFunction {
    manager.add(task.every("1m")).unwrap()
}

fn minute(clock: &ManualClock) {
    clock.advance(secs(60));
}

#[test]
fn the_runtime_inside_of_which_it_is_started_drives_the_tasks() {
    both(async || {
        let (clock, manager) = manager();
        let (task, _begun) = sleeper("a", Duration::from_millis(1));
        let task = add(&manager, task);
        manager.run().unwrap();
        minute(&clock);
        manager.settle_async().await;
        assert!(task.last().unwrap().is_success());
        assert!(manager.stop_async().await.is_clean());
    });
}

#[test]
fn a_round_by_hand_and_a_run_by_hand_use_the_runtime_around_them() {
    both(async || {
        let (clock, manager) = manager();
        let (task, _begun) = sleeper("a", Duration::from_millis(1));
        let task = add(&manager, task);
        minute(&clock);
        assert_eq!(manager.run_pending(), 1);
        manager.settle_async().await;
        assert!(task.last().unwrap().is_success());
        assert!(task.run_now().unwrap().await.unwrap().is_success());
    });
}

#[test]
fn the_runtime_of_the_builder_comes_first() {
    let named = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("of the builder")
        .build()
        .unwrap();
    let manager = TaskManager::builder()
        .empty()
        .tokio(named.handle().clone())
        .build();
    let name = || async {
        std::thread::current()
            .name()
            .map(str::to_owned)
            .ok_or("no name")
    };
    let body = move || async move {
        match name().await {
            Ok(name) if name == "of the builder" => Ok(()),
            other => Err(format!("{other:?}")),
        }
    };
    let task = add(&manager, Task::new_async("a", body));
    both(async || {
        let run = task.run_now().unwrap().await.unwrap();
        assert_eq!(run.outcome(), &Outcome::Succeeded);
    });
}

#[test]
fn stop_async_waits_for_what_goes_on_and_drops_what_does_not() {
    both(async || {
        let clock = ManualClock::new();
        let manager = TaskManager::builder()
            .empty()
            .clock(clock.clone())
            .stop_timeout(Duration::from_millis(100))
            .build();
        let (say, mut begun) = mpsc::unbounded_channel();
        let tell = say.clone();
        let heeds = move |context: Context| {
            let tell = tell.clone();
            async move {
                tell.send(()).unwrap();
                context.cancelled().await;
                tokio::task::yield_now().await;
            }
        };
        let stuck = move || {
            let say = say.clone();
            async move {
                say.send(()).unwrap();
                pending::<()>().await;
            }
        };
        let heeds = add(&manager, Task::new_async("heeds", heeds));
        let stuck = add(&manager, Task::new_async("stuck", stuck));
        manager.run().unwrap();
        minute(&clock);
        begun.recv().await.unwrap();
        begun.recv().await.unwrap();
        let stopped = manager.stop_async().await;
        assert_eq!(stopped.finished, ["heeds"]);
        assert_eq!(stopped.cancelled, ["stuck"]);
        assert!(stopped.is_clean());
        assert!(!heeds.is_running() && !stuck.is_running());
        let text = Some("its manager was stopped".to_owned());
        assert_eq!(stuck.last().unwrap().error().map(str::to_owned), text);
    });
}

#[test]
fn stop_inside_of_a_current_thread_runtime_drops_the_futures_that_it_keeps_from_going_on() {
    current_thread().block_on(async {
        let clock = ManualClock::new();
        let manager = TaskManager::builder()
            .empty()
            .clock(clock.clone())
            .stop_timeout(Duration::MAX) // It would never come back.
            .build();
        let (task, mut begun) = sleeper("a", Duration::from_secs(3_600));
        let task = add(&manager, task);
        let queued = add(&manager, Task::new_async("b", || async {}));
        manager.run().unwrap();
        minute(&clock);
        begun.recv().await.unwrap();
        // This one is given to the runtime, which has no chance to begin it.
        queued.run_now().unwrap();
        let stopped = manager.stop();
        assert_eq!(stopped.cancelled, ["a", "b"]);
        // They end when the runtime is given the chance.
        while task.is_running() || queued.is_running() {
            tokio::task::yield_now().await;
        }
        let text = "its manager was stopped";
        assert_eq!(task.last().unwrap().error(), Some(text));
    });
}

#[test]
fn stop_inside_of_a_multi_thread_runtime_lets_the_futures_go_on() {
    let runtime = multi_thread(); // With one thread, on which `stop` is called.
    runtime.block_on(async {
        let clock = ManualClock::new();
        let manager = TaskManager::builder()
            .empty()
            .clock(clock.clone())
            .stop_timeout(Duration::MAX)
            .build();
        let (task, mut begun) = sleeper("a", Duration::from_millis(20));
        let task = add(&manager, task);
        manager.run().unwrap();
        minute(&clock);
        begun.recv().await.unwrap();
        let stops = manager.clone();
        let stopped = tokio::spawn(async move { stops.stop() }).await.unwrap();
        assert_eq!(stopped.finished, ["a"]);
        assert!(task.last().unwrap().is_success());
    });
}

#[test]
fn stop_on_a_thread_for_what_blocks_lets_the_futures_go_on() {
    both(async || {
        let (clock, manager) = manager();
        let (task, mut begun) = sleeper("a", Duration::from_millis(20));
        add(&manager, task);
        manager.run().unwrap();
        minute(&clock);
        begun.recv().await.unwrap();
        let stopped = tokio::task::spawn_blocking(move || manager.stop()).await;
        assert_eq!(stopped.unwrap().finished, ["a"]);
    });
}

#[test]
fn a_task_may_stop_its_manager_and_is_not_waited_for() {
    both(async || {
        let (clock, manager) = manager();
        let weak = manager.downgrade();
        let (say, mut told) = mpsc::unbounded_channel();
        let body = move || {
            let (manager, say) = (weak.upgrade().unwrap(), say.clone());
            async move {
                let stopped = manager.stop_async().await;
                say.send(stopped).unwrap();
            }
        };
        let task = add(&manager, Task::new_async("stops", body));
        manager.run().unwrap();
        minute(&clock);
        let stopped = told.recv().await.unwrap();
        assert_eq!(stopped.to_string(), "nothing was running");
        manager.settle_async().await;
        assert!(task.last().unwrap().is_success());
        assert!(!manager.is_running());
    });
}

#[test]
fn a_runtime_that_is_shut_down_ends_the_runs_that_it_drove() {
    let runtime = multi_thread();
    let clock = ManualClock::new();
    let manager = TaskManager::builder()
        .empty()
        .clock(clock.clone())
        .tokio(runtime.handle().clone())
        .build();
    let (task, mut begun) = sleeper("a", Duration::from_secs(3_600));
    let task = add(&manager, task);
    minute(&clock);
    manager.run_pending();
    begun.blocking_recv().unwrap();
    runtime.shutdown_background();
    while task.is_running() {
        std::thread::yield_now();
    }
    let text = "its runtime dropped it";
    assert_eq!(task.last().unwrap().error(), Some(text));
    // What is given to it later is not begun.
    minute(&clock);
    manager.run_pending();
    manager.settle();
    assert_eq!(task.detail().unwrap().counters.skipped.stopped, 1);
    assert!(!task.is_running());
}

#[test]
fn a_sync_task_goes_on_working_beside_async_ones() {
    both(async || {
        let (clock, manager) = manager();
        let sync = add(&manager, Task::new("sync", || ()));
        let threaded = add(&manager, Task::new("threaded", || ()).threaded());
        manager.run().unwrap();
        minute(&clock);
        manager.settle_async().await;
        assert!(sync.last().is_some() && threaded.last().is_some());
        manager.stop_async().await;
    });
}
