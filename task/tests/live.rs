//! Every change of a manager from every place from which it can be made: each
//! place is a test, each change a row of it.

mod common;

use std::{
    future::pending,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread,
};

use common::{gated, secs, until, within_10s};
use parking_lot::Mutex;
use task::{
    Error, Event, ManualClock, Task, TaskFunction, TaskManager, WeakTaskManager, every as each,
};

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Add,
    Remove(&'static str),
    ToInterval(&'static str),
    ToCalendar(&'static str),
    Disable(&'static str),
    /// After a `disable`.
    Enable(&'static str),
    Cancel(&'static str),
    /// And wait for it.
    RunNow(&'static str),
    Clear,
    Stop,
    /// And run again.
    Restart,
    Settle,
}

/// The task that the place belongs to.
const OWN: &str = "own";
/// One that has nothing to do with it. It comes first in a round.
const OTHER: &str = "other";
/// The same on a worker.
const WORKER: &str = "worker";

const CHANGES: [Change; 20] = [
    Change::Add,
    Change::Remove(OWN),
    Change::Remove(OTHER),
    Change::ToInterval(OWN),
    Change::ToInterval(OTHER),
    Change::ToCalendar(OWN),
    Change::ToCalendar(OTHER),
    Change::Disable(OWN),
    Change::Disable(OTHER),
    Change::Enable(OWN),
    Change::Enable(OTHER),
    Change::Cancel(OWN),
    Change::Cancel(OTHER),
    Change::RunNow(OWN),
    Change::RunNow(OTHER),
    Change::RunNow(WORKER),
    Change::Clear,
    Change::Stop,
    Change::Restart,
    Change::Settle,
];

/// Where it is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Main,
    Thread,
    InlineBody,
    ThreadedBody,
    AsyncBody,
    OnSuccess,
    OnFailed,
    OnComplete,
    ThreadedOnComplete,
    /// For fires that were missed: the task is about to run.
    OnMissed,
    /// For a fire that its condition refused: the task doesn't run.
    OnRefused,
    When,
    /// Of the end of a run.
    Observer,
    DropOfIdle,
    /// The task was removed while its body ran, and goes with the end of that.
    DropOnWorker,
    /// A future that took too long.
    DropOfFuture,
    /// On another thread, while a stop waits for a body.
    WhileStopping,
}

impl Place {
    /// The change is made from inside of a run of the task.
    fn is_in_run(self) -> bool {
        !matches!(
            self,
            Place::Main
                | Place::Thread
                | Place::OnRefused
                | Place::Observer
                | Place::DropOfIdle
                | Place::DropOnWorker
                | Place::WhileStopping
        )
    }

    /// The task is gone when the change is made.
    fn is_after_removal(self) -> bool {
        matches!(self, Place::DropOfIdle | Place::DropOnWorker)
    }
}

/// What a change answers.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Done,
    Cleared(usize),
    UnknownTask,
    AlreadyRunning,
    Other(String),
}

impl Answer {
    fn of<T>(result: Result<T, Error>) -> Answer {
        match result {
            Ok(_) => Answer::Done,
            Err(error) if error.is_unknown_task() => Answer::UnknownTask,
            Err(error) if error.is_already_running() => Answer::AlreadyRunning,
            Err(error) => Answer::Other(error.to_string()),
        }
    }
}

fn make(change: Change, manager: &TaskManager) -> Answer {
    let on = |name: &str, make: fn(&TaskFunction) -> Result<(), Error>| match manager.get(name) {
        Some(task) => Answer::of(make(&task)),
        None => Answer::UnknownTask,
    };
    match change {
        Change::Add => Answer::of(manager.add(Task::new("new", || ()).every("10s"))),
        Change::Remove(name) => Answer::of(manager.remove(name)),
        Change::ToInterval(name) => on(name, |task| task.reschedule("every 1h")),
        Change::ToCalendar(name) => on(name, |task| {
            task.reschedule(each(1).day().at("10:30").timezone("UTC"))
        }),
        Change::Disable(name) => on(name, |task| {
            task.disable();
            Ok(())
        }),
        Change::Enable(name) => on(name, |task| {
            task.disable();
            task.enable();
            Ok(())
        }),
        Change::Cancel(name) => on(name, |task| {
            task.cancel();
            Ok(())
        }),
        Change::RunNow(name) => on(name, |task| task.run_now()?.wait().map(drop)),
        Change::Clear => Answer::Cleared(manager.clear("tagged")),
        Change::Stop => {
            assert!(manager.stop().is_clean());
            Answer::Done
        }
        Change::Restart => {
            assert!(manager.stop().is_clean());
            Answer::of(manager.run())
        }
        Change::Settle => {
            manager.settle();
            Answer::Done
        }
    }
}

/// Makes the change once, wherever it is called first, and sends the answer.
struct Act {
    change: Change,
    manager: OnceLock<WeakTaskManager>,
    is_made: AtomicBool,
    answers: Mutex<Sender<Answer>>,
}

impl Act {
    fn call(&self) {
        if !self.is_made.swap(true, Ordering::SeqCst) {
            let manager = self.manager.get().unwrap().upgrade().unwrap();
            let answer = make(self.change, &manager);
            self.answers.lock().send(answer).unwrap();
        }
    }
}

struct OnDrop(Arc<Act>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.call();
    }
}

/// How often what ran, counted by the bodies.
#[derive(Clone, Default)]
struct Runs(Arc<AtomicUsize>);

impl Runs {
    /// A body that counts.
    fn body(&self) -> impl Fn() + Send + Sync + use<> {
        let runs = self.clone();
        move || _ = runs.0.fetch_add(1, Ordering::SeqCst)
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// A running manager with the three tasks.
struct World {
    change: Change,
    place: Place,
    clock: ManualClock,
    manager: TaskManager,
    act: Arc<Act>,
    answers: Receiver<Answer>,
    own: Runs,
    other: Runs,
    /// Runs of the own task that have ended, as its observer sees it.
    ended: Arc<AtomicUsize>,
    begun: Receiver<()>,
    go: Sender<()>,
}

impl World {
    fn new(change: Change, place: Place) -> World {
        let (answer, answers) = mpsc::channel();
        let act = Arc::new(Act {
            change,
            manager: OnceLock::new(),
            is_made: AtomicBool::new(false),
            answers: Mutex::new(answer),
        });
        let ended = Arc::new(AtomicUsize::new(0));
        let observer = {
            let (act, ended) = (act.clone(), ended.clone());
            move |event: &Event| {
                if matches!(event, Event::Finished(run) if run.task() == OWN) {
                    ended.fetch_add(1, Ordering::SeqCst);
                    if place == Place::Observer {
                        act.call();
                    }
                }
            }
        };
        let (clock, manager) = common::build(|builder| builder.on_event(observer));
        act.manager.set(manager.downgrade()).unwrap();
        let (own, other) = (Runs::default(), Runs::default());
        let (say, begun) = mpsc::channel();
        let (go, wait) = mpsc::channel();
        let task = own_task(place, &act, &own, say, wait);
        manager.add(task.every("10s").tag("tagged")).unwrap();
        manager
            .add(Task::new(OTHER, other.body()).every("10s").tag("tagged"))
            .unwrap();
        manager
            .add(Task::new(WORKER, || ()).every("1h").threaded())
            .unwrap();
        manager.run().unwrap();
        World {
            change,
            place,
            clock,
            manager,
            act,
            answers,
            own,
            other,
            ended,
            begun,
            go,
        }
    }

    /// Brings it about that the change is made, and returns its answer.
    fn trigger(&self) -> Answer {
        match self.place {
            Place::Main | Place::Thread => {
                self.pass(10);
                if self.place == Place::Main {
                    self.act.call();
                } else {
                    let act = self.act.clone();
                    thread::spawn(move || act.call()).join().unwrap();
                }
            }
            Place::OnMissed => self.clock.advance(secs(30)),
            Place::DropOfIdle => self.manager.remove(OWN).unwrap(),
            Place::DropOnWorker => {
                self.clock.advance(secs(10));
                self.begun.recv().unwrap();
                self.manager.remove(OWN).unwrap();
                self.go.send(()).unwrap();
            }
            Place::DropOfFuture => {
                self.clock.advance(secs(10));
                self.begun.recv().unwrap();
                self.clock.advance(secs(5));
            }
            Place::WhileStopping => return self.trigger_while_stopping(),
            _ => self.clock.advance(secs(10)),
        }
        self.answers.recv().unwrap()
    }

    fn trigger_while_stopping(&self) -> Answer {
        let (busy, gate) = gated("busy");
        self.manager.add(busy.every("10s").threaded()).unwrap();
        self.clock.advance(secs(10));
        gate.begun.recv().unwrap();
        let manager = self.manager.clone();
        let stop = thread::spawn(move || manager.stop());
        while self.manager.is_running() {
            thread::yield_now();
        }
        let act = self.act.clone();
        let made = thread::spawn(move || act.call());
        // Who stops, or settles, waits for the body too.
        let waits = matches!(self.change, Change::Stop | Change::Restart | Change::Settle);
        let answer = (!waits).then(|| self.answers.recv().unwrap());
        assert!(!stop.is_finished());
        gate.go.send(()).unwrap();
        made.join().unwrap();
        assert!(stop.join().unwrap().finished.contains(&"busy".to_owned()));
        self.manager.remove("busy").unwrap();
        answer.unwrap_or_else(|| self.answers.recv().unwrap())
    }

    /// Lets time pass, and everything be done that it brings.
    fn pass(&self, seconds: u64) {
        self.clock.advance(secs(seconds));
        self.manager.settle();
    }

    fn expected_answer(&self) -> Answer {
        let is_gone = self.place.is_after_removal();
        match self.change {
            Change::Clear => Answer::Cleared(2 - usize::from(is_gone)),
            Change::Remove(OWN)
            | Change::ToInterval(OWN)
            | Change::ToCalendar(OWN)
            | Change::Disable(OWN)
            | Change::Enable(OWN)
            | Change::Cancel(OWN)
            | Change::RunNow(OWN)
                if is_gone =>
            {
                Answer::UnknownTask
            }
            Change::RunNow(OWN) if self.place.is_in_run() => Answer::AlreadyRunning,
            _ => Answer::Done,
        }
    }

    /// What is seen of a task after the change.
    fn check_state(&self) {
        let get = |name| self.manager.get(name);
        match self.change {
            Change::Add => assert!(get("new").unwrap().next_run().is_some()),
            Change::Remove(name) => assert_eq!(get(name), None),
            Change::ToInterval(name) => self.check_schedule(name, "every 1h"),
            Change::ToCalendar(name) => self.check_schedule(name, "every day at 10:30 in UTC"),
            Change::Disable(name) => {
                assert!(get(name).is_none_or(|task| !task.is_enabled()));
            }
            Change::Enable(name) => assert!(get(name).is_none_or(|task| task.is_enabled())),
            Change::Cancel(name) => {
                let Some(task) = get(name) else { return };
                assert_eq!(task.next_run(), None);
                assert!(task.jobs().iter().all(|job| job.is_ended()));
            }
            Change::RunNow(name) => {
                let expected = self.expected_answer() == Answer::Done;
                let by_hand =
                    |task: TaskFunction| task.history().iter().any(|run| run.job().is_none());
                assert_eq!(get(name).is_some_and(by_hand), expected);
            }
            Change::Clear => assert!(self.manager.tagged("tagged").is_empty()),
            Change::Stop => assert!(!self.manager.is_running()),
            Change::Restart => assert!(self.manager.is_running()),
            Change::Settle => {}
        }
    }

    fn check_schedule(&self, name: &str, expected: &str) {
        let Some(task) = self.manager.get(name) else {
            assert!(self.place.is_after_removal());
            return;
        };
        let schedules: Vec<_> = task
            .jobs()
            .iter()
            .map(|job| job.schedule().to_string())
            .collect();
        assert_eq!(schedules, [expected]);
        assert!(task.next_run().is_some());
    }

    /// Returns how often the own task and the other one run in the next 10 seconds.
    fn runs_to_come(&self) -> (usize, usize) {
        let before = (self.own.get(), self.other.get());
        self.pass(10);
        (self.own.get() - before.0, self.other.get() - before.1)
    }

    fn expected_runs(&self) -> (usize, usize) {
        let runs = |name| {
            let ends = match self.change {
                Change::Remove(own)
                | Change::ToInterval(own)
                | Change::ToCalendar(own)
                | Change::Disable(own)
                | Change::Cancel(own) => own == name,
                Change::Clear => true,
                _ => false,
            };
            usize::from(!ends)
        };
        let own = if self.place.is_after_removal() {
            0
        } else {
            runs(OWN)
        };
        (own, runs(OTHER))
    }
}

/// The task that makes the change, if the place is in one.
fn own_task(
    place: Place,
    act: &Arc<Act>,
    runs: &Runs,
    say: Sender<()>,
    wait: Receiver<()>,
) -> Task {
    let calls = || {
        let act = act.clone();
        move || act.call()
    };
    let count = runs.body();
    let call = calls();
    match place {
        Place::InlineBody => Task::new(OWN, move || {
            count();
            call();
        }),
        Place::ThreadedBody => Task::new(OWN, move || {
            count();
            call();
        })
        .threaded(),
        Place::AsyncBody => {
            let both = Arc::new((count, call));
            Task::new_async(OWN, move || {
                let both = both.clone();
                async move {
                    (both.0)();
                    (both.1)();
                }
            })
        }
        Place::OnSuccess => Task::new(OWN, count).on_success(call),
        Place::OnFailed => Task::new(OWN, move || {
            count();
            Err::<(), _>("no")
        })
        .on_failed(call),
        Place::OnComplete => Task::new(OWN, count).on_complete(call),
        Place::ThreadedOnComplete => Task::new(OWN, count).on_complete(call).threaded(),
        Place::OnMissed => Task::new(OWN, count).on_skipped(call),
        Place::OnRefused => {
            let is_later = AtomicBool::new(false);
            Task::new(OWN, count)
                .when(move || is_later.swap(true, Ordering::SeqCst))
                .on_skipped(call)
        }
        Place::When => Task::new(OWN, count).when(move || {
            call();
            true
        }),
        Place::DropOfIdle => {
            let held = OnDrop(act.clone());
            Task::new(OWN, move || {
                let _ = &held;
                count();
            })
        }
        Place::DropOnWorker => {
            let held = (OnDrop(act.clone()), Mutex::new(wait));
            Task::new(OWN, move || {
                count();
                say.send(()).unwrap();
                held.1.lock().recv().unwrap();
                let _ = &held.0;
            })
            .threaded()
        }
        Place::DropOfFuture => {
            let first = Arc::new(Mutex::new(Some((OnDrop(act.clone()), say))));
            let count = Arc::new(count);
            Task::new_async(OWN, move || {
                let (first, count) = (first.clone(), count.clone());
                async move {
                    count();
                    let held = first.lock().take();
                    if let Some((_held, say)) = held {
                        say.send(()).unwrap();
                        pending().await
                    }
                }
            })
            .timeout("5s")
        }
        Place::Main | Place::Thread | Place::Observer | Place::WhileStopping => {
            Task::new(OWN, count)
        }
    }
}

fn check(change: Change, place: Place) {
    let world = World::new(change, place);
    let manager = &world.manager;
    assert_eq!(world.trigger(), world.expected_answer());
    manager.settle();
    if place == Place::WhileStopping && change != Change::Stop {
        // Until then nothing is planned.
        manager.run().unwrap();
    }
    world.check_state();
    let is_stopped = matches!(change, Change::Stop | Change::Restart);
    if place == Place::OnMissed && is_stopped {
        // The run had not begun yet.
        let detail = manager[OWN].detail().unwrap();
        assert_eq!(
            (detail.counters.ran, detail.counters.skipped.stopped),
            (0, 1)
        );
    } else if place == Place::OnMissed && matches!(change, Change::Remove(OWN) | Change::Clear) {
        // Nor had it here.
        assert_eq!(world.ended.load(Ordering::SeqCst), 0);
    } else if place.is_in_run() {
        // Whatever it has done to itself: its run has come to its end.
        until(|| world.ended.load(Ordering::SeqCst) == 1);
        assert!(manager.get(OWN).is_none_or(|task| !task.is_running()));
    }
    if change == Change::Stop {
        assert_eq!(world.runs_to_come(), (0, 0));
        manager.run().unwrap();
    }
    assert!(manager.is_running());
    assert_eq!(world.runs_to_come(), world.expected_runs());
    if change == Change::Add {
        assert_eq!(manager["new"].detail().unwrap().counters.ran, 1);
    }
    // Everything goes on: for whom it doesn't, somebody changes it back.
    for task in manager.tasks().values() {
        task.enable();
        task.reschedule("every 10s").unwrap();
    }
    let n_tasks = manager.tasks().len();
    let ran = |manager: &TaskManager| -> u64 {
        let detail = manager.tasks_detail();
        detail.iter().map(|task| task.counters.ran).sum()
    };
    let before = ran(manager);
    world.pass(10);
    assert_eq!(ran(manager) - before, n_tasks as u64);
    assert!(manager.stop().is_clean());
}

fn check_all(place: Place) {
    for change in CHANGES {
        within_10s(&format!("{change:?} at {place:?}"), move || {
            check(change, place);
        });
    }
}

macro_rules! places {
    ($($name:ident: $place:ident,)*) => {
        $(
            #[test]
            fn $name() {
                check_all(Place::$place);
            }
        )*
    };
}

places! {
    on_the_main_thread: Main,
    on_another_thread: Thread,
    inside_a_body: InlineBody,
    inside_a_threaded_body: ThreadedBody,
    inside_an_async_body: AsyncBody,
    inside_on_success: OnSuccess,
    inside_on_failed: OnFailed,
    inside_on_complete: OnComplete,
    inside_on_complete_of_a_threaded_task: ThreadedOnComplete,
    inside_on_skipped_before_a_run: OnMissed,
    inside_on_skipped_without_a_run: OnRefused,
    inside_a_condition: When,
    inside_an_observer: Observer,
    inside_the_drop_of_an_idle_task: DropOfIdle,
    inside_the_drop_of_a_task_on_a_worker: DropOnWorker,
    inside_the_drop_of_a_future: DropOfFuture,
    while_a_stop_waits: WhileStopping,
}
