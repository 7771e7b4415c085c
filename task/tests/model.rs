//! The scheduler under a model checker: `shuttle` runs each scenario under many
//! schedules of its threads, random ones and ones with few preemptions (PCT).
//!
//! ```sh
//! RUSTFLAGS="--cfg task_model" cargo test -p task --test model --release
//! ```
//!
//! Without the `cfg` this file is empty. `MODEL_FACTOR=10` tries ten times as many
//! schedules, and `SHUTTLE_RANDOM_SEED=7` others. A failure prints its case and its
//! schedule: with `MODEL_CASE` and `MODEL_REPLAY` set to these, and the name of the
//! test, that one alone is run.
//!
//! The clock is a manual one, so that the only waits that time out are those of a
//! stop with a deadline. Each scenario ends by dropping the manager, and all
//! threads have to end then: a lost wake-up, or a worker that is left waiting, is
//! found as a deadlock.
//!
//! # What holds
//!
//! Overlaps. Under `Overlap::Skip` a task never runs beside itself, whoever starts
//! it; under `AtMost(2)` there are never three; under `Queue` the run that waits
//! runs, however the one before it ends; under `Cancel` the newest runs. A fire is
//! taken once, whoever does the rounds.
//! `a_task_never_runs_beside_itself` `at_most_two_are_never_three`
//! `what_is_queued_runs` `what_is_queued_runs_however_the_one_before_it_ends`
//! `the_newest_run_takes_the_place_of_the_others` `a_fire_is_taken_once`
//!
//! Stops. A stop returns. Nothing starts after it has returned, and its loop ends.
//! This holds beside `run`, beside another stop, from inside of a task, a callback or
//! an observer, and while runs wait for a worker, for a group, for another run or for
//! their next attempt. A stop whose time is over returns too, and leaves nothing
//! half-done. Dropping the last handle ends all threads.
//! `nothing_starts_after_a_stop` `a_round_under_way_starts_nothing_after_a_stop`
//! `nothing_begins_on_a_runtime_after_a_stop` `a_stop_beside_a_run_beside_a_stop`
//! `a_stop_ends_what_waits` `dropping_the_last_handle_ends_what_waits`
//! `a_stop_from_inside_of_a_task_returns` `a_stop_from_an_observer_returns`
//! `a_stop_from_a_callback_returns` `a_stop_whose_time_is_over_returns`
//!
//! Wake-ups. The loop notices an earlier job and a moved clock, whatever it was
//! just about to do. `settle` returns, and then nothing is due and nothing runs.
//! `what_comes_earlier_wakes_the_loop` `the_end_of_a_run_wakes_the_loop`
//! `settle_returns_when_all_is_done` `settle_inside_of_a_task_returns`
//!
//! Claims. A task is running from the decision to run it to the end of its
//! callbacks and no longer: after a stop, after `settle` and after
//! `RunHandle::wait` it is not, also when the body panicked, when `when` was false
//! and when the task was removed meanwhile. The same goes for its worker and its
//! groups: the next run gets them. Foreign code that is called in between may call
//! anything, and wait for other runs; no lock is held there.
//! `nothing_is_held_after_a_run_however_it_ended`
//! `a_claim_is_given_back_before_who_waits_is_told`
//! `a_name_can_be_taken_by_the_next_task_at_once` `an_observer_may_call_anything`
//! `what_a_removed_task_held_may_wait_as_it_is_dropped`
//! `a_waker_is_dropped_without_a_lock`
//!
//! Enabling. A round that comes after `disable` starts no run of the task, and
//! `disable_after` lets no run too many begin.
//! `a_round_after_disable_starts_nothing` `disable_after_lets_no_run_too_many_begin`
//!
//! Groups. Two tasks of a group are never inside of their bodies together, and
//! each that was asked for runs, whatever the priorities and however many groups.
//! `a_group_has_one_run_at_a_time_and_all_get_their_turn`
//!
//! Time. A retry and a timeout come, whether the loop, rounds, `settle`, a stop or
//! who waits for the run drives them.
//! `a_retry_comes_whoever_drives_it` `a_timeout_comes_whoever_drives_it`
//! `a_timeout_comes_while_a_stop_waits`
//!
//! Futures. One that is woken on another thread ends; `Context::cancelled`
//! completes; a timeout drops it; and a run ends whatever its runtime does: drive
//! the future elsewhere or on the spot, drop it before or after it began, or panic.
//! `a_future_that_is_woken_elsewhere_ends` `who_waits_to_be_cancelled_is_told`
//! `a_run_ends_whatever_its_runtime_does` `a_stop_beside_any_runtime_returns`
//! `a_stop_from_inside_of_a_future_returns` `a_future_may_wait_for_another_run`
//!
//! Replies. `RunHandle::wait` and `.await` return: the run ended, was withdrawn or
//! replaced, its task was removed, or the manager was dropped. So do the other
//! async forms. `who_waits_for_a_run_is_told` `the_async_forms_return_as_well`
//!
//! Events. They come in the order in which things happened, to all who want them,
//! and end with the manager; a stop waits until the observers were told.
//! `observers_are_told_of_everything_before_a_stop_returns`
//! `who_waits_for_an_event_gets_it_or_learns_of_the_end`
#![cfg(task_model)]

use std::{
    env,
    fmt::Debug,
    future::{Future, IntoFuture, poll_fn},
    num::NonZeroU32,
    panic::resume_unwind,
    pin::{Pin, pin},
    sync::{
        Arc,
        // Not of the model's: they are no part of what is tested.
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    task::{Poll, Wake, Waker},
    time::Duration,
};

use shuttle::{
    Config, MaxSteps, Runner,
    scheduler::{PctScheduler, RandomScheduler, ReplayScheduler},
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver},
    },
    thread::{self, JoinHandle},
};
use task::{
    Cancelled, Context, Event, ManualClock, Missed, Overlap, Run, Task, TaskFunction, TaskFuture,
    TaskManager, TaskManagerBuilder,
};

/// How many schedules of each kind are tried for a scenario.
const SCHEDULES: usize = 1_000;

/// Runs a case of a scenario under many schedules, the same ones each time.
fn check(case: impl Debug, scenario: impl Fn() + Send + Sync + 'static) {
    let case = format!("{case:?}");
    if env::var("MODEL_CASE").is_ok_and(|only| only != case) {
        return;
    }
    println!("case {case}"); // Shown when it fails.
    let scenario = Arc::new(scenario);
    let run = |scheduler: Box<dyn shuttle::scheduler::Scheduler + Send>| {
        let mut config = Config::new();
        config.stack_size = 1 << 17;
        // Far more than any scenario takes: what runs for ever is found too.
        config.max_steps = MaxSteps::FailAfter(20_000);
        config.silence_warnings = true;
        let scenario = scenario.clone();
        Runner::new(scheduler, config).run(move || scenario());
    };
    if let Ok(schedule) = env::var("MODEL_REPLAY") {
        run(Box::new(ReplayScheduler::new_from_encoded(&schedule)));
        return;
    }
    let factor = env::var("MODEL_FACTOR").map_or(1.0, |factor| factor.parse().unwrap());
    let schedules = (SCHEDULES as f64 * factor) as usize;
    run(Box::new(RandomScheduler::new_from_seed(1, schedules)));
    for depth in [2, 3] {
        let scheduler = PctScheduler::new_from_seed(1, depth, schedules / 2);
        run(Box::new(scheduler));
    }
}

/// An empty manager on a manual clock, whose stops never give up.
fn manager() -> (ManualClock, TaskManager) {
    build(|builder| builder)
}

fn build(set: impl FnOnce(TaskManagerBuilder) -> TaskManagerBuilder) -> (ManualClock, TaskManager) {
    let clock = ManualClock::new();
    let builder = TaskManager::builder().empty().clock(clock.clone());
    (clock, set(builder.stop_timeout(Duration::MAX)).build())
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Takes the lock, poisoned or not: the model poisons every lock that is given
/// back while any thread unwinds.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets the other threads have a turn, in the middle of a body.
fn pause() {
    thread::sleep(Duration::ZERO);
}

/// The same in a future, which gives its thread back and is woken at once.
async fn pause_async() {
    let mut is_first = true;
    poll_fn(|context| {
        if std::mem::take(&mut is_first) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    })
    .await;
}

/// Runs on a thread of its own.
fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    thread::spawn(work)
}

/// Where the body of a task is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// On the thread of the round.
    Inline,
    Threaded,
    /// Driven by a worker, unless the manager has a runtime.
    Async,
}

const KINDS: [Kind; 3] = [Kind::Inline, Kind::Threaded, Kind::Async];

/// Counts who is inside of it.
#[derive(Clone, Default)]
struct Room(Arc<Counts>);

#[derive(Default)]
struct Counts {
    inside: AtomicU32,
    most: AtomicU32,
    begun: AtomicU32,
    ended: AtomicU32,
}

/// Somebody is in the room.
struct Visit(Room);

impl Drop for Visit {
    fn drop(&mut self) {
        self.0.0.inside.fetch_sub(1, SeqCst);
    }
}

impl Room {
    fn enter(&self) -> Visit {
        let counts = &self.0;
        let inside = counts.inside.fetch_add(1, SeqCst) + 1;
        counts.most.fetch_max(inside, SeqCst);
        counts.begun.fetch_add(1, SeqCst);
        Visit(self.clone())
    }

    /// A task whose body visits the room.
    fn task(&self, name: &str, kind: Kind) -> Task {
        let room = self.clone();
        let task = match kind {
            Kind::Inline | Kind::Threaded => Task::new(name, move || {
                let visit = room.enter();
                pause();
                room.0.ended.fetch_add(1, SeqCst);
                drop(visit);
            }),
            Kind::Async => Task::new_async(name, move || {
                let room = room.clone();
                async move {
                    let visit = room.enter();
                    pause_async().await;
                    room.0.ended.fetch_add(1, SeqCst);
                    drop(visit);
                }
            }),
        };
        let task = task.every("10s");
        match kind {
            Kind::Threaded => task.threaded(),
            Kind::Inline | Kind::Async => task,
        }
    }

    /// How many were inside at once.
    fn most(&self) -> u32 {
        self.0.most.load(SeqCst)
    }

    fn begun(&self) -> u32 {
        self.0.begun.load(SeqCst)
    }

    fn ended(&self) -> u32 {
        self.0.ended.load(SeqCst)
    }
}

/// A task of a kind whose body does this on its thread.
fn does(
    name: &str,
    kind: Kind,
    every: &str,
    body: impl Fn(&Context) + Send + Sync + 'static,
) -> Task {
    let task = match kind {
        Kind::Inline | Kind::Threaded => Task::new(name, move |context: &Context| body(context)),
        Kind::Async => {
            let body = Arc::new(body);
            Task::new_async(name, move |context: Context| {
                let body = body.clone();
                async move { body(&context) }
            })
        }
    };
    let task = task.every(every);
    match kind {
        Kind::Threaded => task.threaded(),
        Kind::Inline | Kind::Async => task,
    }
}

/// Panics without calling the panic hook, which would print a schedule.
fn give_up() -> ! {
    resume_unwind(Box::new("no luck"))
}

/// A run that is waited for, if it was started.
fn run_and_wait(task: &TaskFunction) -> Option<Run> {
    task.run_now().ok()?.wait().ok()
}

#[test]
fn a_task_never_runs_beside_itself() {
    for kind in KINDS {
        check(kind, move || {
            let (clock, manager) = manager();
            let room = Room::default();
            let beat = manager.add(room.task("beat", kind)).unwrap();
            manager.run().unwrap();
            let by_hand = [beat.clone(), beat.clone()];
            let by_hand = by_hand.map(|beat| beside(move || run_and_wait(&beat)));
            let time = beside(move || clock.advance(secs(10)));
            manager.run_pending();
            for by_hand in by_hand {
                by_hand.join().unwrap();
            }
            time.join().unwrap();
            manager.settle();
            assert_eq!(room.most(), 1);
            assert_eq!(room.begun(), room.ended());
            assert!(!beat.is_running());
        });
    }
}

#[test]
fn at_most_two_are_never_three() {
    for kind in [Kind::Threaded, Kind::Async] {
        check(kind, move || {
            let (_clock, manager) = manager();
            let room = Room::default();
            let two = Overlap::AtMost(NonZeroU32::new(2).unwrap());
            let task = manager.add(room.task("two", kind).overlap(two)).unwrap();
            let others = [task.clone(), task.clone()];
            let others = others.map(|task| beside(move || run_and_wait(&task)));
            let mut ran = u32::from(run_and_wait(&task).is_some());
            for other in others {
                ran += u32::from(other.join().unwrap().is_some());
            }
            assert!(room.most() <= 2 && ran >= 2);
            assert_eq!(room.ended(), ran);
            assert!(!task.is_running());
        });
    }
}

#[test]
fn what_is_queued_runs() {
    for kind in [Kind::Threaded, Kind::Async] {
        check(kind, move || {
            let (clock, manager) = manager();
            let room = Room::default();
            let task = room.task("queues", kind).overlap(Overlap::Queue);
            let task = manager.add(task).unwrap();
            let others = [task.clone(), task.clone()];
            // Who was not refused waits for a run that comes.
            let run = |task: &TaskFunction| task.run_now().map(|run| run.wait().unwrap());
            let others = others.map(|task| beside(move || run(&task)));
            clock.advance(secs(10));
            manager.run_pending();
            let mut ran = 0;
            for other in others {
                ran += u32::from(other.join().unwrap().is_ok());
            }
            manager.settle();
            assert!(ran >= 1 && room.ended() >= ran && room.ended() >= 2);
            assert_eq!(room.most(), 1);
            assert!(!task.is_running());
        });
    }
}

/// The one before it never begins, or fails, or is removed from under it.
#[test]
fn what_is_queued_runs_however_the_one_before_it_ends() {
    for kind in [Kind::Threaded, Kind::Async] {
        check(kind, move || {
            let (clock, manager) = manager();
            let room = Room::default();
            let task = room.task("queues", kind).overlap(Overlap::Queue);
            // Only fires ask, so that the run by hand is let in.
            let task = manager.add(task.when(|| false)).unwrap();
            let fires = beside({
                let manager = manager.clone();
                move || {
                    clock.advance(secs(10));
                    manager.run_pending()
                }
            });
            let run = task.run_now().unwrap();
            assert!(run.wait().unwrap().is_success());
            fires.join().unwrap();
            manager.settle();
            assert_eq!(room.ended(), 1);
            assert!(!task.is_running());
        });
    }
}

#[test]
fn the_newest_run_takes_the_place_of_the_others() {
    for kind in [Kind::Threaded, Kind::Async] {
        check(kind, move || {
            let (_clock, manager) = manager();
            let room = Room::default();
            let task = room.task("newest", kind).overlap(Overlap::Cancel);
            let task = manager.add(task).unwrap();
            let older = beside({
                let task = task.clone();
                move || run_and_wait(&task)
            });
            let old = task.run_now().unwrap();
            let new = task.run_now().unwrap();
            let new = beside(move || new.wait().is_ok_and(|run| run.is_success()));
            let old = old.wait().is_ok_and(|run| run.is_success());
            let older = older.join().unwrap().is_some_and(|run| run.is_success());
            // `older` may in fact be the newest.
            assert!(new.join().unwrap() || older, "old: {old}");
            assert_eq!(room.most(), 1);
            assert!(!task.is_running());
        });
    }
}

#[test]
fn nothing_starts_after_a_stop() {
    for kind in KINDS {
        check(kind, move || {
            let (clock, manager) = manager();
            let room = Room::default();
            let task = manager.add(room.task("now", kind).start("now")).unwrap();
            manager.run().unwrap();
            let time = beside({
                let clock = clock.clone();
                move || clock.advance(secs(10))
            });
            assert!(manager.stop().is_clean());
            let begun = room.begun();
            assert!(!manager.is_running());
            if kind != Kind::Async {
                // A future that had not begun is dropped by whoever has it.
                assert!(!task.is_running());
            }
            time.join().unwrap();
            clock.advance(secs(10));
            pause();
            manager.settle();
            assert_eq!((room.begun(), room.ended()), (begun, begun));
            assert!(!task.is_running());
        });
    }
}

/// A round that began before the stop, on a thread of the program's own.
#[test]
fn a_round_under_way_starts_nothing_after_a_stop() {
    for kind in KINDS {
        check(kind, move || {
            let (tell, told) = mpsc::channel();
            let (clock, manager) = build(|builder| {
                builder.on_event(move |event| {
                    if matches!(event, Event::Started { .. }) {
                        tell.send(()).unwrap_or_default();
                    }
                })
            });
            let room = Room::default();
            let tasks = ["a", "b", "c"].map(|name| manager.add(room.task(name, kind)).unwrap());
            clock.advance(secs(10));
            let round = beside({
                let manager = manager.clone();
                move || manager.run_pending()
            });
            told.recv().unwrap();
            manager.stop();
            let begun = room.begun();
            round.join().unwrap();
            assert_eq!(room.begun(), begun);
            // What is still due is for the next round.
            manager.settle();
            assert!(room.ended() >= 1 && room.begun() == room.ended());
            assert!(!tasks.iter().any(TaskFunction::is_running));
        });
    }
}

#[test]
fn a_stop_beside_a_run_beside_a_stop() {
    for kind in KINDS {
        check(kind, move || {
            let (clock, manager) = manager();
            let room = Room::default();
            let task = manager.add(room.task("now", kind).start("now")).unwrap();
            let others = [false, true].map(|runs| {
                let manager = manager.clone();
                beside(move || {
                    if runs {
                        manager.run().unwrap();
                    } else {
                        manager.stop();
                    }
                })
            });
            manager.stop();
            for other in others {
                other.join().unwrap();
            }
            // Whatever came first, it can be started and stopped.
            manager.run().unwrap();
            clock.advance(secs(10));
            manager.settle();
            assert!(room.ended() >= 1);
            assert!(manager.is_running());
            assert!(manager.stop().is_clean());
            assert!(!manager.is_running() && !task.is_running());
        });
    }
}

/// What a run waits for when the manager is stopped or dropped.
#[derive(Clone, Copy, Debug)]
enum WaitsFor {
    Worker,
    Group,
    Attempt,
    OtherRun,
}

const WAITS: [WaitsFor; 4] = [
    WaitsFor::Worker,
    WaitsFor::Group,
    WaitsFor::Attempt,
    WaitsFor::OtherRun,
];

/// Two tasks of which at least one has to wait.
fn waiting(kind: Kind, waits: WaitsFor) -> (ManualClock, TaskManager, [TaskFunction; 2]) {
    let room = Room::default();
    let threads = if matches!(waits, WaitsFor::Worker) {
        1
    } else {
        2
    };
    let (clock, manager) = build(|builder| builder.max_threads(threads));
    let tasks = ["a", "b"].map(|name| {
        let task = match waits {
            WaitsFor::Worker => room.task(name, kind),
            WaitsFor::Group => room.task(name, kind).exclusive("group"),
            WaitsFor::OtherRun => room.task(name, kind).overlap(Overlap::Queue),
            WaitsFor::Attempt => does(name, kind, "10s", |_| give_up())
                .retry(1)
                .backoff("10s"),
        };
        manager.add(task).unwrap()
    });
    (clock, manager, tasks)
}

#[test]
fn a_stop_ends_what_waits() {
    for (kind, waits) in [Kind::Threaded, Kind::Async]
        .into_iter()
        .flat_map(|kind| WAITS.map(|waits| (kind, waits)))
    {
        check((kind, waits), move || {
            let (clock, manager, [a, b]) = waiting(kind, waits);
            manager.run().unwrap();
            let handles = [&a, &b, &a].map(|task| task.run_now());
            let waiting = handles.into_iter().flatten();
            let waiting: Vec<_> = waiting
                .map(|handle| beside(move || handle.wait().is_ok()))
                .collect();
            let time = beside(move || clock.advance(secs(10)));
            manager.stop();
            for waiting in waiting {
                waiting.join().unwrap();
            }
            time.join().unwrap();
            manager.settle();
            assert!(!a.is_running() && !b.is_running());
            // And nothing is held any more.
            manager.run().unwrap();
            for task in [&a, &b] {
                task.run_now().unwrap();
            }
        });
    }
}

#[test]
fn dropping_the_last_handle_ends_what_waits() {
    for (kind, waits) in KINDS
        .into_iter()
        .flat_map(|kind| WAITS.map(|waits| (kind, waits)))
        .filter(|(kind, waits)| *kind != Kind::Inline || !matches!(waits, WaitsFor::OtherRun))
    {
        check((kind, waits), move || {
            let (clock, manager, [a, b]) = waiting(kind, waits);
            manager.run().unwrap();
            let running = [&a, &b, &a].map(|task| {
                let task = task.clone();
                beside(move || run_and_wait(&task))
            });
            clock.advance(secs(10));
            drop(manager);
            for running in running {
                running.join().unwrap();
            }
            assert!(a.run_now().is_err());
            // The fires are not waited for, but all threads have to end.
        });
    }
}

#[test]
fn a_stop_from_inside_of_a_task_returns() {
    for kind in KINDS {
        check(kind, move || {
            let (clock, manager) = manager();
            let weak = manager.downgrade();
            let (tell, told) = mpsc::channel();
            let stops = does("stops", kind, "10s", move |_| {
                let stopped = weak.upgrade().map(|manager| manager.stop());
                tell.send(stopped.is_none_or(|stopped| stopped.is_clean()))
                    .unwrap();
            });
            let stops = manager.add(stops.start("now")).unwrap();
            manager.run().unwrap();
            let by_hand = beside(move || run_and_wait(&stops));
            clock.advance(secs(10));
            assert!(told.recv().unwrap());
            by_hand.join().unwrap();
            manager.settle();
            assert!(!manager.is_running());
        });
    }
}

/// Observers have a thread of their own, and callbacks for skips are called on the loop's.
#[test]
fn a_stop_from_an_observer_returns() {
    for kind in KINDS {
        check(kind, move || {
            let clock = ManualClock::new();
            let manager: Arc<Mutex<Option<task::WeakTaskManager>>> = Arc::default();
            let observer = {
                let manager = manager.clone();
                move |_: &Event| {
                    let weak = lock(&manager).clone();
                    if let Some(manager) = weak.and_then(|weak| weak.upgrade()) {
                        manager.stop();
                    }
                }
            };
            let builder = TaskManager::builder().empty().clock(clock.clone());
            let builder = builder.stop_timeout(Duration::MAX).on_event(observer);
            let owner = builder.build();
            let room = Room::default();
            owner.add(room.task("beat", kind)).unwrap();
            owner.run().unwrap();
            *lock(&manager) = Some(owner.downgrade());
            // Three fires have passed: two are told as missed, and one runs.
            clock.advance(secs(35));
            owner.settle();
        });
    }
}

#[test]
fn a_stop_whose_time_is_over_returns() {
    for kind in [Kind::Threaded, Kind::Async] {
        check(kind, move || {
            let (_clock, manager) = build(|builder| builder.stop_timeout(secs(1)));
            // Both stop, and so each waits for the other until the time is over.
            let tasks = ["a", "b"].map(|name| {
                let weak = manager.downgrade();
                let stops = does(name, kind, "10s", move |_| {
                    if let Some(manager) = weak.upgrade() {
                        manager.stop();
                    }
                });
                manager.add(stops.start("now")).unwrap()
            });
            // A future that heeds nothing is dropped.
            let heeds = Task::new_async("deaf", std::future::pending::<()>);
            let deaf = manager.add(heeds.every("10s").start("now")).unwrap();
            manager.run().unwrap();
            manager.stop();
            manager.settle();
            assert!(!deaf.is_running());
            assert!(!tasks.iter().any(TaskFunction::is_running));
        });
    }
}

/// When an observer does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Skipped,
    Started,
    Finished,
}

/// What it does, on whatever thread it is called.
#[derive(Clone, Copy, Debug)]
enum Reaction {
    Settle,
    RunOther,
    Remove,
    Drop,
}

#[test]
fn an_observer_may_call_anything() {
    let all = [Told::Skipped, Told::Started, Told::Finished].map(|when| {
        [
            Reaction::Settle,
            Reaction::RunOther,
            Reaction::Remove,
            Reaction::Drop,
        ]
        .map(|reaction| (when, reaction))
    });
    for (kind, (when, reaction)) in KINDS
        .into_iter()
        .flat_map(|kind| all.concat().into_iter().map(move |case| (kind, case)))
    {
        check((kind, when, reaction), move || {
            let owner: Arc<Mutex<Option<TaskManager>>> = Arc::default();
            let observer = {
                let owner = owner.clone();
                move |event: &Event| {
                    let (told, name) = match event {
                        Event::Skipped(skip) => (Told::Skipped, skip.task()),
                        Event::Started { task, .. } => (Told::Started, &**task),
                        Event::Finished(run) => (Told::Finished, run.task()),
                        _ => return,
                    };
                    if (told, name) != (when, "beat") {
                        return;
                    }
                    let Some(manager) = lock(&owner).clone() else {
                        return;
                    };
                    match reaction {
                        Reaction::Settle => manager.settle(),
                        Reaction::RunOther => drop(run_and_wait(&manager["other"])),
                        Reaction::Remove => drop(manager.remove("beat")),
                        Reaction::Drop => {
                            let last = lock(&owner).take();
                            drop(last);
                        }
                    }
                }
            };
            let (clock, manager) = build(|builder| builder.on_event(observer));
            let room = Room::default();
            manager.add(room.task("beat", kind)).unwrap();
            let other = does("other", Kind::Threaded, "1h", |_| pause());
            manager.add(other).unwrap();
            manager.run().unwrap();
            *lock(&owner) = Some(manager.clone());
            let rounds = beside({
                let manager = manager.downgrade();
                move || manager.upgrade().map(|manager| manager.run_pending())
            });
            // Three fires have passed: two are told as missed, and one runs.
            clock.advance(secs(35));
            rounds.join().unwrap();
            manager.settle();
            let last = lock(&owner).take();
            drop((manager, last));
        });
    }
}

#[derive(Clone, Copy, Debug)]
enum Change {
    Add,
    Reschedule,
    Advance,
}

#[test]
fn what_comes_earlier_wakes_the_loop() {
    let changes = [Change::Add, Change::Reschedule, Change::Advance];
    for (kind, change) in KINDS
        .into_iter()
        .flat_map(|kind| changes.map(|change| (kind, change)))
    {
        check((kind, change), move || {
            let (clock, manager) = manager();
            let (tell, told) = mpsc::channel();
            let says = does("says", kind, "10s", move |_| {
                tell.send(()).unwrap_or_default()
            });
            manager.run().unwrap();
            match change {
                Change::Add => {
                    manager.add(says.start("now")).unwrap();
                }
                Change::Reschedule => {
                    let says = manager.add(says).unwrap();
                    says.reschedule("every 1s").unwrap();
                    clock.advance(secs(1));
                }
                Change::Advance => {
                    manager.add(says).unwrap();
                    clock.advance(secs(10));
                }
            }
            told.recv().unwrap();
        });
    }
}

/// The end of a run gives the next fire of a delay.
#[test]
fn the_end_of_a_run_wakes_the_loop() {
    for kind in KINDS {
        check(kind, move || {
            let (clock, manager) = manager();
            let room = Room::default();
            let (tell, told) = mpsc::channel();
            let body = {
                let room = room.clone();
                move || drop(room.enter())
            };
            let task = match kind {
                Kind::Inline => Task::new("delay", body),
                Kind::Threaded => Task::new("delay", body).threaded(),
                Kind::Async => Task::new_async("delay", move || {
                    body();
                    pause_async()
                }),
            };
            let task = task.delay("10s").start("now");
            let task = task.on_complete(move || tell.send(()).unwrap_or_default());
            let task = manager.add(task).unwrap();
            manager.run().unwrap();
            told.recv().unwrap();
            // Before or after the end of the run, from which the delay counts.
            clock.advance(secs(5));
            manager.settle();
            clock.advance(secs(10));
            told.recv().unwrap();
            assert!(!task.is_running() || room.begun() == 2);
        });
    }
}

#[test]
fn settle_returns_when_all_is_done() {
    for (kind, is_driven) in KINDS
        .into_iter()
        .flat_map(|kind| [false, true].map(|is_driven| (kind, is_driven)))
    {
        check((kind, is_driven), move || {
            let (clock, manager) = manager();
            let room = Room::default();
            let task = manager.add(room.task("beat", kind)).unwrap();
            if is_driven {
                manager.run().unwrap();
            }
            let other = beside({
                let (clock, manager) = (clock.clone(), manager.clone());
                move || {
                    clock.advance(secs(10));
                    manager.settle();
                }
            });
            clock.advance(secs(10));
            manager.settle();
            assert!(room.begun() >= 1);
            other.join().unwrap();
            manager.settle();
            assert_eq!(room.begun(), room.ended());
            assert!(!task.is_running());
        });
    }
}

/// Inside of a task, beside others that wait for its group, and in two tasks at once.
#[test]
fn settle_inside_of_a_task_returns() {
    for kind in KINDS {
        check(kind, move || {
            let (clock, manager) = manager();
            for (name, group) in [("a", "x"), ("b", "x"), ("c", "y")] {
                let weak = manager.downgrade();
                let settles = does(name, kind, "10s", move |_| {
                    // The others settle too, and would wait for this one.
                    if let Some(manager) = weak.upgrade().filter(|_| name == "a") {
                        manager.settle();
                    }
                });
                manager.add(settles.exclusive(group)).unwrap();
            }
            manager.run().unwrap();
            clock.advance(secs(10));
            manager.settle();
            for task in manager.tasks().values() {
                assert!(task.last().unwrap().is_success() && !task.is_running());
            }
        });
    }
}

/// How a run ends that is none of the good ones.
#[derive(Clone, Copy, Debug)]
enum BadEnd {
    Panics,
    CallbackPanics,
    IsLeft,
    IsRemoved,
}

#[test]
fn nothing_is_held_after_a_run_however_it_ended() {
    let ends = [
        BadEnd::Panics,
        BadEnd::CallbackPanics,
        BadEnd::IsLeft,
        BadEnd::IsRemoved,
    ];
    for (kind, end) in KINDS
        .into_iter()
        .flat_map(|kind| ends.map(|end| (kind, end)))
    {
        check((kind, end), move || {
            // One worker: if it were lost, nobody would run the others.
            let (clock, manager) = build(|builder| builder.max_threads(1));
            let room = Room::default();
            let bad = match end {
                BadEnd::Panics => does("bad", kind, "10s", |_| give_up()),
                BadEnd::CallbackPanics => room.task("bad", kind).on_complete(|| give_up()),
                BadEnd::IsLeft => room.task("bad", kind).when(|| false),
                BadEnd::IsRemoved => room.task("bad", kind),
            };
            let bad = manager.add(bad.exclusive("group")).unwrap();
            let good = room.task("good", Kind::Threaded).exclusive("group");
            let good = manager.add(good).unwrap();
            let fires = beside({
                let manager = manager.clone();
                move || {
                    clock.advance(secs(10));
                    manager.run_pending();
                    if matches!(end, BadEnd::IsRemoved) {
                        manager.remove("bad").unwrap();
                    }
                }
            });
            let waits = beside({
                let bad = bad.clone();
                move || run_and_wait(&bad)
            });
            // The job of `good` may have fired just now.
            let ran = run_and_wait(&good);
            assert!(ran.is_none_or(|run| run.is_success()));
            fires.join().unwrap();
            waits.join().unwrap();
            manager.settle();
            assert!(!bad.is_running() && !good.is_running());
            assert!(run_and_wait(&good).unwrap().is_success());
            assert_eq!(room.most(), 1);
        });
    }
}

#[test]
fn a_claim_is_given_back_before_who_waits_is_told() {
    for kind in KINDS {
        check(kind, move || {
            let (_clock, manager) = manager();
            let room = Room::default();
            let task = manager.add(room.task("task", kind)).unwrap();
            for _ in 0..2 {
                let run = task.run_now().unwrap();
                let task = task.clone();
                let waits = beside(move || {
                    assert!(run.wait().unwrap().is_success());
                    assert!(!task.is_running());
                });
                pause();
                waits.join().unwrap();
            }
            assert_eq!(room.ended(), 2);
        });
    }
}

#[test]
fn a_round_after_disable_starts_nothing() {
    for kind in KINDS {
        check(kind, move || {
            let (clock, manager) = manager();
            let room = Room::default();
            let task = manager.add(room.task("beat", kind)).unwrap();
            manager.run().unwrap();
            let rounds = beside({
                let manager = manager.clone();
                move || manager.run_pending()
            });
            task.disable();
            clock.advance(secs(10));
            rounds.join().unwrap();
            manager.settle();
            assert_eq!(room.begun(), 0);
            task.enable();
            clock.advance(secs(10));
            manager.settle();
            assert_eq!(room.ended(), 1);
        });
    }
}

#[test]
fn disable_after_lets_no_run_too_many_begin() {
    for kind in KINDS {
        check(kind, move || {
            let (clock, manager) = manager();
            let room = Room::default();
            let fails = does("fails", kind, "10s", {
                let room = room.clone();
                move |_| {
                    let _visit = room.enter();
                    give_up()
                }
            });
            let task = manager.add(fails.disable_after(2)).unwrap();
            manager.run().unwrap();
            let time = beside({
                let (clock, manager) = (clock.clone(), manager.clone());
                move || {
                    for _ in 0..2 {
                        clock.advance(secs(10));
                        manager.run_pending();
                    }
                }
            });
            clock.advance(secs(10));
            time.join().unwrap();
            // As many as it takes, whatever the others have done.
            while task.is_enabled() {
                clock.advance(secs(10));
                manager.settle();
            }
            clock.advance(secs(10));
            manager.settle();
            assert_eq!(room.begun(), 2);
            assert!(!task.is_running());
        });
    }
}

#[test]
fn a_group_has_one_run_at_a_time_and_all_get_their_turn() {
    for kind in KINDS {
        check(kind, move || {
            let (clock, manager) = manager();
            let (x, y) = (Room::default(), Room::default());
            let only_x = x.task("x", kind).exclusive("x");
            // The important one needs both, on another thread than the others.
            let both = {
                let (x, y) = (x.clone(), y.clone());
                does("both", Kind::Threaded, "10s", move |_| {
                    let _visits = (x.enter(), y.enter());
                    pause();
                })
            };
            let both = both.exclusive("x").exclusive("y").priority(1);
            let only_y = y.task("y", kind).exclusive("y").priority(-1);
            let tasks = [only_x, both, only_y].map(|task| manager.add(task).unwrap());
            let runs = tasks.clone().map(|task| {
                beside(move || assert!(task.run_now().unwrap().wait().unwrap().is_success()))
            });
            for run in runs {
                run.join().unwrap();
            }
            clock.advance(secs(10));
            manager.settle();
            assert_eq!((x.most(), y.most()), (1, 1));
            assert_eq!((x.begun(), y.begun()), (4, 4));
            assert!(!tasks.iter().any(TaskFunction::is_running));
        });
    }
}

/// Who drives what comes with time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Driver {
    Loop,
    /// Nobody but who waits for the run.
    Waiter,
    Rounds,
    Settle,
}

const DRIVERS: [Driver; 4] = [Driver::Loop, Driver::Waiter, Driver::Rounds, Driver::Settle];

/// Runs the task by hand, and moves the clock as often as `told` says so.
fn drive(
    driver: Driver,
    (clock, manager): (ManualClock, TaskManager),
    task: &TaskFunction,
    (told, times): (Receiver<()>, u32),
) -> Run {
    if driver == Driver::Loop {
        manager.run().unwrap();
    }
    let time = beside({
        let manager = manager.clone();
        move || {
            for _ in 0..times {
                told.recv().unwrap();
                clock.advance(secs(10));
                match driver {
                    Driver::Loop | Driver::Waiter => {}
                    Driver::Rounds => drop(manager.run_pending()),
                    Driver::Settle => manager.settle(),
                }
            }
        }
    });
    let run = task.run_now().unwrap().wait().unwrap();
    assert!(!task.is_running());
    time.join().unwrap();
    manager.settle();
    run
}

fn with_drivers(kinds: &[Kind]) -> Vec<(Kind, Driver)> {
    let pairs = |&kind| DRIVERS.map(|driver| (kind, driver));
    kinds.iter().flat_map(pairs).collect()
}

#[test]
fn a_retry_comes_whoever_drives_it() {
    for (kind, driver) in with_drivers(&KINDS) {
        check((kind, driver), move || {
            let (tell, told) = mpsc::channel();
            let (clock, manager) = build(|builder| {
                builder.on_event(move |event| {
                    if matches!(event, Event::Retrying { .. }) {
                        tell.send(()).unwrap();
                    }
                })
            });
            let flaky = |context: &Context| {
                if context.attempt() < 3 {
                    give_up();
                }
            };
            let flaky = does("flaky", kind, "1h", flaky).retry(2).backoff("10s");
            let flaky = manager.add(flaky).unwrap();
            let run = drive(driver, (clock, manager), &flaky, (told, 2));
            assert!(run.is_success());
            assert_eq!(run.attempt(), 3);
        });
    }
}

#[test]
fn a_timeout_comes_whoever_drives_it() {
    for (kind, driver) in with_drivers(&[Kind::Threaded, Kind::Async]) {
        check((kind, driver), move || {
            let (tell, told) = mpsc::channel();
            let (clock, manager) = build(|builder| {
                builder.on_event(move |event| match event {
                    Event::Started { attempt: 1, .. } | Event::Retrying { .. } => {
                        tell.send(()).unwrap();
                    }
                    _ => {}
                })
            });
            let room = Room::default();
            // The first attempt hangs, and the second one doesn't.
            let hangs = if kind == Kind::Async {
                let room = room.clone();
                Task::new_async("hangs", move |context: Context| {
                    let room = room.clone();
                    async move {
                        let _visit = room.enter();
                        if context.attempt() == 1 {
                            std::future::pending::<()>().await;
                        }
                    }
                })
            } else {
                let body = |context: &Context| {
                    while context.attempt() == 1 {
                        if context.is_cancelled() {
                            return Err("told to end");
                        }
                        thread::yield_now();
                    }
                    Ok(())
                };
                Task::new("hangs", body).threaded()
            };
            let hangs = hangs.every("1h").timeout("10s").retry(1).backoff("10s");
            let hangs = manager.add(hangs).unwrap();
            let run = drive(driver, (clock, manager), &hangs, (told, 2));
            assert!(run.is_success());
            assert_eq!(run.attempt(), 2);
            assert!(room.most() <= 1);
        });
    }
}

/// The loop has left by then, or there was none.
#[test]
fn a_timeout_comes_while_a_stop_waits() {
    for is_driven in [false, true] {
        check(is_driven, move || {
            let (tell, told) = mpsc::channel();
            let (clock, manager) = build(|builder| {
                builder.on_event(move |event| {
                    if matches!(event, Event::Started { .. }) {
                        tell.send(()).unwrap();
                    }
                })
            });
            let hangs = Task::new_async("hangs", std::future::pending::<()>);
            let hangs = manager.add(hangs.every("1h").timeout("10s")).unwrap();
            if is_driven {
                manager.run().unwrap();
            }
            hangs.run_now().unwrap();
            told.recv().unwrap();
            let time = beside(move || clock.advance(secs(10)));
            assert!(manager.stop().is_clean());
            time.join().unwrap();
            assert!(!hangs.is_running());
        });
    }
}

/// Each fire is started once, whoever does the rounds, and no reading of the
/// clocks looks like a step.
#[test]
fn a_fire_is_taken_once() {
    for kind in KINDS {
        check(kind, move || {
            let (clock, manager) = build(|builder| {
                builder.on_event(|event| assert!(!matches!(event, Event::ClockStepped { .. })))
            });
            let fires: Arc<Mutex<Vec<_>>> = Arc::default();
            let log = fires.clone();
            let task = does("beat", kind, "10s", |_| pause())
                .missed(Missed::All)
                .on_complete(move |run: &Run| lock(&log).push(run.fire_time()));
            let task = manager.add(task).unwrap();
            manager.run().unwrap();
            let rounds = beside({
                let (clock, manager) = (clock.clone(), manager.clone());
                move || {
                    clock.advance(secs(10));
                    manager.run_pending();
                }
            });
            clock.advance(secs(20));
            manager.run_pending();
            rounds.join().unwrap();
            manager.settle();
            // The oldest first; one that met the run of another was skipped.
            let fires = lock(&fires).clone();
            assert!(fires.is_sorted_by(|one, next| one < next), "{fires:?}");
            let skipped = task.detail().unwrap().counters.skipped;
            assert_eq!(fires.len() as u64 + skipped.overlap, 3);
            assert!(!task.is_running());
        });
    }
}

/// Wakes who drives a future. The one of the model is not enough: its wake-ups
/// are lost while a future that it polls waits for a lock.
#[derive(Default)]
struct Signal {
    is_raised: Mutex<bool>,
    raised: Condvar,
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        *lock(&self.is_raised) = true;
        self.raised.notify_one();
    }
}

/// Drives a future on this thread, for so many polls at the most.
fn block_on<F: Future>(future: F, polls: u32) -> Option<F::Output> {
    let signal = Arc::new(Signal::default());
    let waker = Waker::from(signal.clone());
    let mut future = pin!(future);
    for _ in 0..polls {
        let polled = future
            .as_mut()
            .poll(&mut std::task::Context::from_waker(&waker));
        if let Poll::Ready(output) = polled {
            return Some(output);
        }
        let mut is_raised = lock(&signal.is_raised);
        while !std::mem::take(&mut *is_raised) {
            let woken = signal.raised.wait(is_raised);
            is_raised = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }
    None
}

/// What a runtime does with a future that it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spawner {
    /// There is none: a worker drives it.
    Worker,
    Thread,
    OnTheSpot,
    Drops,
    /// Once it has begun.
    DropsLater,
    Panics,
}

const SPAWNERS: [Spawner; 6] = [
    Spawner::Worker,
    Spawner::Thread,
    Spawner::OnTheSpot,
    Spawner::Drops,
    Spawner::DropsLater,
    Spawner::Panics,
];

impl Spawner {
    /// Does it drive a future to its end?
    fn is_good(self) -> bool {
        matches!(self, Spawner::Worker | Spawner::Thread | Spawner::OnTheSpot)
    }

    fn manager(self) -> (ManualClock, TaskManager) {
        let spawn = move |future: TaskFuture| match self {
            Spawner::Worker => unreachable!("it is not set"),
            Spawner::Thread => drop(beside(move || block_on(future, u32::MAX))),
            Spawner::OnTheSpot => drop(block_on(future, u32::MAX)),
            Spawner::Drops => drop(future),
            Spawner::DropsLater => drop(beside(move || block_on(future, 1))),
            Spawner::Panics => give_up(),
        };
        build(|builder| match self {
            Spawner::Worker => builder,
            _ => builder.runtime(spawn),
        })
    }
}

/// Where a body waits until another thread lets it go on.
#[derive(Clone, Default)]
struct Gate(Arc<Mutex<(bool, Option<Waker>)>>);

impl Gate {
    fn open(&self) {
        let mut gate = lock(&self.0);
        gate.0 = true;
        let waker = gate.1.take();
        drop(gate);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    async fn pass(&self) {
        poll_fn(|context| {
            let mut gate = lock(&self.0);
            if gate.0 {
                return Poll::Ready(());
            }
            gate.1 = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

#[test]
fn a_future_that_is_woken_elsewhere_ends() {
    for spawner in SPAWNERS.into_iter().filter(|spawner| spawner.is_good()) {
        check(spawner, move || {
            let (_clock, manager) = spawner.manager();
            let gate = Gate::default();
            let body = {
                let gate = gate.clone();
                move || {
                    let gate = gate.clone();
                    async move { gate.pass().await }
                }
            };
            let task = Task::new_async("waits", body).every("1h");
            let task = manager.add(task).unwrap();
            let opens = beside(move || gate.open());
            assert!(run_and_wait(&task).unwrap().is_success());
            assert!(!task.is_running());
            opens.join().unwrap();
        });
    }
}

#[test]
fn a_run_ends_whatever_its_runtime_does() {
    for spawner in SPAWNERS {
        check(spawner, move || {
            let (clock, manager) = spawner.manager();
            let room = Room::default();
            let tasks = ["a", "b"].map(|name| {
                let task = room.task(name, Kind::Async).exclusive("group");
                manager.add(task.overlap(Overlap::Queue)).unwrap()
            });
            manager.run().unwrap();
            let time = beside(move || clock.advance(secs(10)));
            let runs = [&tasks[0], &tasks[1], &tasks[0]].map(TaskFunction::run_now);
            for run in runs.into_iter().flatten() {
                let is_success = run.wait().is_ok_and(|run| run.is_success());
                assert_eq!(is_success, spawner.is_good());
            }
            time.join().unwrap();
            manager.settle();
            assert!(!tasks.iter().any(TaskFunction::is_running));
            assert!(room.most() <= 1);
        });
    }
}

#[test]
fn a_stop_beside_any_runtime_returns() {
    for spawner in SPAWNERS {
        check(spawner, move || {
            let (clock, manager) = spawner.manager();
            let room = Room::default();
            let task = room.task("now", Kind::Async).start("now");
            let task = manager.add(task.overlap(Overlap::Cancel)).unwrap();
            manager.run().unwrap();
            let others = [task.clone(), task.clone()];
            let others = others.map(|task| beside(move || run_and_wait(&task)));
            clock.advance(secs(10));
            manager.stop();
            for other in others {
                other.join().unwrap();
            }
            manager.settle();
            assert!(!task.is_running());
        });
    }
}

/// Not even the function that makes the future is called.
#[test]
fn nothing_begins_on_a_runtime_after_a_stop() {
    for spawner in SPAWNERS {
        check(spawner, move || {
            let (_clock, manager) = spawner.manager();
            let made = Arc::new(AtomicU32::new(0));
            let body = {
                let made = made.clone();
                move || {
                    made.fetch_add(1, SeqCst);
                    pause_async()
                }
            };
            let task = Task::new_async("now", body).every("10s").start("now");
            let task = manager.add(task).unwrap();
            manager.run().unwrap();
            pause();
            manager.stop();
            let before = made.load(SeqCst);
            manager.settle();
            assert_eq!(made.load(SeqCst), before);
            assert!(!task.is_running());
        });
    }
}

#[test]
fn who_waits_to_be_cancelled_is_told() {
    for spawner in SPAWNERS.into_iter().filter(|spawner| spawner.is_good()) {
        check(spawner, move || {
            let (_clock, manager) = spawner.manager();
            let (tell, told) = mpsc::channel();
            let listens = move |context: Context| {
                tell.send(()).unwrap();
                async move {
                    // One that was dropped before leaves nothing behind.
                    let mut dropped = Box::pin(context.cancelled());
                    poll_fn(|context| {
                        let _ = dropped.as_mut().poll(context);
                        Poll::Ready(())
                    })
                    .await;
                    drop(dropped);
                    context.cancelled().await;
                    assert!(context.is_cancelled());
                }
            };
            let listens = Task::new_async("listens", listens).every("1h");
            let listens = manager.add(listens).unwrap();
            let run = beside(move || run_and_wait(&listens));
            told.recv().unwrap();
            assert_eq!(manager.stop().finished, ["listens"]);
            assert!(run.join().unwrap().unwrap().is_success());
        });
    }
}

/// What ends the wait for a run.
#[derive(Clone, Copy, Debug)]
enum End {
    Nothing,
    Stop,
    Remove,
    Drop,
    Replace,
}

#[test]
fn who_waits_for_a_run_is_told() {
    let ends = [
        End::Nothing,
        End::Stop,
        End::Remove,
        End::Drop,
        End::Replace,
    ];
    let cases = ends.into_iter().flat_map(|end| {
        [(false, false), (false, true), (true, false), (true, true)]
            .map(|(is_driven, is_async)| (end, is_driven, is_async))
    });
    for (end, is_driven, is_async) in cases {
        check((end, is_driven, is_async), move || {
            let (_clock, manager) = build(|builder| builder.max_threads(1));
            let room = Room::default();
            // It may have to wait for the worker.
            let before = room.task("before", Kind::Threaded);
            manager.add(before).unwrap().run_now().unwrap();
            let overlap = match end {
                End::Replace => Overlap::Cancel,
                _ => Overlap::Skip,
            };
            let task = room.task("task", Kind::Threaded).overlap(overlap);
            let task = manager.add(task).unwrap();
            if is_driven {
                manager.run().unwrap();
            }
            let run = task.run_now().unwrap();
            let waits = beside(move || {
                if is_async {
                    block_on(run.into_future(), u32::MAX).unwrap()
                } else {
                    run.wait()
                }
            });
            match end {
                End::Nothing => {}
                End::Stop => drop(manager.stop()),
                End::Remove => manager.remove("task").unwrap(),
                End::Drop => drop(manager),
                End::Replace => drop(task.run_now().unwrap()),
            }
            let run = waits.join().unwrap();
            assert!(!matches!(end, End::Nothing) || run.unwrap().is_success());
        });
    }
}

#[test]
fn a_name_can_be_taken_by_the_next_task_at_once() {
    for kind in KINDS {
        check(kind, move || {
            let (clock, manager) = manager();
            let room = Room::default();
            let old = manager.add(room.task("name", kind).start("now")).unwrap();
            manager.run().unwrap();
            let runs = beside({
                let old = old.clone();
                move || run_and_wait(&old)
            });
            manager.remove("name").unwrap();
            let new = manager.add(room.task("name", kind)).unwrap();
            assert!(old.run_now().is_err());
            clock.advance(secs(10));
            runs.join().unwrap();
            manager.settle();
            // The runs of the two may be beside each other, each counted for its own.
            assert!(new.last().unwrap().is_success() && old.last().is_none());
            assert!(!old.is_running() && !new.is_running());
            assert_eq!(room.begun(), room.ended());
        });
    }
}

/// Beside runs that the calling thread is still to give up, and ones for which
/// there is no worker.
#[test]
fn a_stop_from_a_callback_returns() {
    for (kind, threads) in KINDS
        .into_iter()
        .flat_map(|kind| [0, 2].map(|threads| (kind, threads)))
    {
        check((kind, threads), move || {
            let (clock, manager) = build(|builder| builder.max_threads(threads));
            let tasks = ["a", "b"].map(|name| {
                let weak = manager.downgrade();
                let stops = move || {
                    // Two that stop wait for each other.
                    if let Some(manager) = weak.upgrade().filter(|_| name == "a") {
                        manager.stop();
                        manager.settle();
                    }
                };
                let fails = does(name, kind, "10s", |_| give_up());
                let fails = fails.retry(1).backoff("10s").on_failed(stops);
                manager.add(fails).unwrap()
            });
            clock.advance(secs(10));
            let rounds = beside({
                let manager = manager.clone();
                move || manager.run_pending()
            });
            manager.run_pending();
            manager.stop();
            rounds.join().unwrap();
            manager.settle();
            assert!(!tasks.iter().any(TaskFunction::is_running));
        });
    }
}

/// Runs another task, and waits for it, as it is dropped.
struct RunsOther(TaskFunction);

impl Drop for RunsOther {
    fn drop(&mut self) {
        run_and_wait(&self.0);
    }
}

/// What becomes of the run of a task that is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    Runs,
    IsLeft,
    /// And is stopped as its next attempt is about to begin.
    Retries,
}

#[test]
fn what_a_removed_task_held_may_wait_as_it_is_dropped() {
    for (kind, last) in KINDS
        .into_iter()
        .flat_map(|kind| [Last::Runs, Last::IsLeft, Last::Retries].map(|last| (kind, last)))
    {
        check((kind, last), move || {
            let (tell, told) = mpsc::channel();
            let (clock, manager) = build(|builder| {
                builder.max_threads(2).on_event(move |event| {
                    if matches!(event, Event::Retrying { .. }) {
                        tell.send(()).unwrap_or_default();
                    }
                })
            });
            let other = does("other", Kind::Threaded, "1h", |_| pause());
            let other = manager.add(other).unwrap();
            let held = RunsOther(other.clone());
            let task = does("task", kind, "10s", move |_| {
                let _ = &held;
                pause();
                if last == Last::Retries {
                    give_up();
                }
            });
            let task = task.retry(1).backoff("10s");
            let task = task.when(move || last != Last::IsLeft);
            drop(manager.add(task).unwrap());
            manager.run().unwrap();
            clock.advance(secs(10));
            if last == Last::Retries {
                told.recv().unwrap();
            }
            let removes = beside({
                let manager = manager.clone();
                move || manager.remove("task").unwrap()
            });
            clock.advance(secs(10));
            if last == Last::Retries {
                manager.stop();
            }
            removes.join().unwrap();
            manager.settle();
        });
    }
}

/// Drops another future that waits to be cancelled, as the last of it is dropped.
struct Holds(#[allow(dead_code)] Mutex<Option<Cancelled>>);

impl Wake for Holds {
    fn wake(self: Arc<Self>) {}
}

#[test]
fn a_waker_is_dropped_without_a_lock() {
    check((), || {
        let context = Context::detached("none");
        let poll = |future: &mut Cancelled, waker: &Waker| {
            let mut context = std::task::Context::from_waker(waker);
            assert!(Pin::new(future).poll(&mut context).is_pending());
        };
        let mut inner = context.cancelled();
        poll(&mut inner, Waker::noop());
        let waker = Waker::from(Arc::new(Holds(Mutex::new(Some(inner)))));
        let mut outer = context.cancelled();
        poll(&mut outer, &waker);
        drop(waker);
        let cancels = beside({
            let context = context.clone();
            move || context.cancel()
        });
        if !context.is_cancelled() {
            let mut again = std::task::Context::from_waker(Waker::noop());
            let _ = Pin::new(&mut outer).poll(&mut again);
        }
        cancels.join().unwrap();
    });
}

#[test]
fn a_stop_from_inside_of_a_future_returns() {
    for spawner in SPAWNERS {
        check(spawner, move || {
            let (clock, manager) = spawner.manager();
            let room = Room::default();
            let weak = manager.downgrade();
            let stops = does("stops", Kind::Async, "10s", move |_| {
                if let Some(manager) = weak.upgrade() {
                    manager.stop();
                }
            });
            let stops = manager.add(stops).unwrap();
            let other = manager.add(room.task("other", Kind::Async)).unwrap();
            manager.run().unwrap();
            let by_hand = beside({
                let other = other.clone();
                move || run_and_wait(&other)
            });
            clock.advance(secs(10));
            by_hand.join().unwrap();
            manager.settle();
            assert!(!stops.is_running() && !other.is_running());
        });
    }
}

/// It blocks its thread, which may be the one that gives futures to the runtime.
#[test]
fn a_future_may_wait_for_another_run() {
    for spawner in SPAWNERS {
        check(spawner, move || {
            let (clock, manager) = spawner.manager();
            let room = Room::default();
            let other = manager.add(room.task("other", Kind::Async)).unwrap();
            let waits = does("waits", Kind::Async, "1h", {
                let other = other.clone();
                move |_| drop(run_and_wait(&other))
            });
            let waits = manager.add(waits).unwrap();
            let settles = beside({
                let manager = manager.clone();
                move || manager.settle()
            });
            let run = run_and_wait(&waits);
            // A runtime that drops it may have polled it to its end before.
            assert!(run.is_some_and(|run| run.is_success()) || !spawner.is_good());
            clock.advance(secs(10));
            settles.join().unwrap();
            manager.settle();
            assert!(!waits.is_running() && !other.is_running());
        });
    }
}

#[test]
fn the_async_forms_return_as_well() {
    for (spawner, is_driven) in SPAWNERS
        .into_iter()
        .flat_map(|spawner| [false, true].map(|is_driven| (spawner, is_driven)))
    {
        check((spawner, is_driven), move || {
            let (clock, manager) = spawner.manager();
            let room = Room::default();
            let task = manager.add(room.task("beat", Kind::Async)).unwrap();
            if is_driven {
                manager.run().unwrap();
            }
            let other = beside({
                let manager = manager.clone();
                move || {
                    clock.advance(secs(10));
                    block_on(manager.settle_async(), u32::MAX)
                }
            });
            let waits = task
                .run_now()
                .map(|run| beside(move || block_on(run.into_future(), u32::MAX)));
            other.join().unwrap().unwrap();
            let stopped = block_on(manager.stop_async(), u32::MAX).unwrap();
            assert!(stopped.is_clean());
            if let Ok(waits) = waits {
                let _ = waits.join().unwrap();
            }
            manager.settle();
            assert!(!task.is_running() && !manager.is_running());
        });
    }
}

#[test]
fn observers_are_told_of_everything_before_a_stop_returns() {
    for kind in KINDS {
        check(kind, move || {
            let told: Arc<Mutex<Vec<Event>>> = Arc::default();
            let noted = told.clone();
            let (clock, manager) = build(|builder| {
                builder.on_event(move |event| {
                    pause();
                    lock(&noted).push(event.clone());
                })
            });
            let events = manager.subscribe();
            let room = Room::default();
            let beat = manager.add(room.task("beat", kind)).unwrap();
            manager.run().unwrap();
            clock.advance(secs(10));
            let other = beside({
                let (manager, beat) = (manager.clone(), beat.clone());
                move || {
                    beat.disable();
                    manager.stop();
                }
            });
            manager.stop();
            other.join().unwrap();
            let told = lock(&told).clone();
            // Both stops have returned: so nothing is to come.
            assert!(told.contains(&Event::LoopStopped));
            let all: Vec<Event> = std::iter::from_fn(|| events.try_recv()).collect();
            assert_eq!(told, all);
            let begun = |event: &&Event| matches!(event, Event::Started { .. });
            let ended = |event: &&Event| matches!(event, Event::Finished(_));
            let place = |is: &dyn Fn(&&Event) -> bool| told.iter().position(|event| is(&event));
            assert_eq!(room.ended() as usize, told.iter().filter(ended).count());
            assert!(room.begun() == 0 || place(&begun) < place(&ended));
        });
    }
}

#[test]
fn who_waits_for_an_event_gets_it_or_learns_of_the_end() {
    for is_async in [false, true] {
        check(is_async, move || {
            let (_clock, manager) = manager();
            let events = manager.subscribe();
            let reader = beside(move || {
                let mut all = Vec::new();
                loop {
                    let event = if is_async {
                        shuttle::future::block_on(events.recv_async())
                    } else {
                        events.recv()
                    };
                    match event {
                        Some(event) => all.push(event),
                        None => return all,
                    }
                }
            });
            let beat = does("beat", Kind::Threaded, "10s", |_| pause());
            manager.add(beat).unwrap().run_now().unwrap();
            drop(manager);
            let all = reader.join().unwrap();
            assert!(matches!(all[0], Event::Added { .. }));
            // The run was begun before the manager was gone, or it never was.
            assert!(matches!(
                all.last(),
                Some(Event::Finished(_) | Event::Skipped(_))
            ));
        });
    }
}
