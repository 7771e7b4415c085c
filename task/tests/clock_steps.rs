//! A wall clock that is stepped, forward and back, by seconds and by a year.

mod common;

use chrono::{DateTime, TimeDelta, Utc};
use common::{Log, at, secs};
use task::{ManualClock, Task, TaskFunction, TaskManager};

struct Scene {
    clock: ManualClock,
    manager: TaskManager,
    log: Log,
    interval: TaskFunction,
    hourly: TaskFunction,
}

/// At 12:00:00 with a job each 10 seconds and one each hour at minute 15, both
/// of which have fired once: at 11:59:50, and at 11:15.
fn scene() -> Scene {
    let clock = ManualClock::at(at("2024-05-15T11:10:00Z"));
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let log = Log::new();
    let interval = manager
        .add(Task::new("interval", || ()).every("10s"))
        .unwrap();
    let hourly = Task::new("hourly", || ()).every("hour at :15 in UTC");
    let hourly = manager.add(log.of(hourly)).unwrap();
    for _ in 0..300 {
        clock.advance(secs(10));
        manager.run_pending();
    }
    assert_eq!(clock.now(), at("2024-05-15T12:00:00Z"));
    assert_eq!(runs(&interval), 300);
    assert_eq!(runs(&hourly), 1);
    Scene {
        clock,
        manager,
        log,
        interval,
        hourly,
    }
}

fn runs(task: &TaskFunction) -> u64 {
    task.detail().unwrap().counters.ran
}

impl Scene {
    fn step(&self, by: TimeDelta) {
        self.clock.set_wall(self.clock.now() + by);
        self.manager.run_pending();
    }

    /// Lets time pass in steps of 10 seconds, and returns how often each ran.
    fn pass(&self, seconds: u64) -> (u64, u64) {
        let before = (runs(&self.interval), runs(&self.hourly));
        for _ in 0..seconds / 10 {
            self.clock.advance(secs(10));
            self.manager.run_pending();
        }
        (
            runs(&self.interval) - before.0,
            runs(&self.hourly) - before.1,
        )
    }
}

#[test]
fn an_interval_neither_stalls_nor_bursts_whatever_the_step() {
    for by in [
        5,
        -5,
        3_600,
        -3_600,
        365 * 86_400,
        -365 * 86_400,
        20 * 365 * 86_400,
    ] {
        let scene = scene();
        scene.step(TimeDelta::seconds(by));
        assert_eq!(
            runs(&scene.interval),
            300,
            "nothing runs because of a step by {by}"
        );
        // What is shown follows the wall clock.
        assert_eq!(
            scene.interval.next_run(),
            Some(scene.clock.now() + secs(10)),
            "{by}"
        );
        assert_eq!(scene.pass(100).0, 10, "after a step by {by}");
        assert_eq!(scene.interval.detail().unwrap().counters.missed, 0);
    }
}

#[test]
fn no_fire_of_an_interval_has_the_name_of_an_earlier_one() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let log = Log::new();
    manager
        .add(log.of(Task::new("beat", || ()).every("10s")))
        .unwrap();
    for by in [0, -30, 600, -600, 20, -20, -86_400, 86_400] {
        clock.set_wall(clock.now() + TimeDelta::seconds(by));
        for _ in 0..5 {
            clock.advance(secs(10));
            assert_eq!(manager.run_pending(), 1);
        }
    }
    let fires = log.fires();
    assert!(fires.is_sorted_by(|a, b| a < b), "{fires:?}");
}

#[test]
fn set_forward_past_a_fire_it_runs_once() {
    let scene = scene();
    scene.step(TimeDelta::minutes(20));
    assert_eq!(runs(&scene.hourly), 2);
    assert_eq!(scene.hourly.next_run(), Some(at("2024-05-15T13:15:00Z")));
}

#[test]
fn set_forward_by_a_year_it_runs_once_and_counts_the_rest() {
    let scene = scene();
    scene.step(TimeDelta::days(365));
    assert_eq!(runs(&scene.hourly), 2);
    assert_eq!(scene.hourly.detail().unwrap().counters.missed, 365 * 24 - 1);
    assert_eq!(scene.hourly.next_run(), Some(at("2025-05-15T12:15:00Z")));
}

#[test]
fn set_back_over_a_fire_it_is_not_repeated() {
    let scene = scene();
    scene.step(TimeDelta::hours(-1)); // To 11:00, before the fire of 11:15.
    assert_eq!(scene.hourly.next_run(), Some(at("2024-05-15T12:15:00Z")));
    // Through 11:15 again, and on to 12:16.
    assert_eq!(scene.pass(3_600), (360, 0));
    assert_eq!(scene.pass(960), (96, 1));
}

#[test]
fn set_back_by_seconds_over_a_fire_it_is_not_repeated() {
    let scene = scene();
    scene.pass(15 * 60); // The fire of 12:15 has just run.
    assert_eq!(runs(&scene.hourly), 2);
    scene.step(TimeDelta::seconds(-3));
    assert_eq!(scene.pass(600).1, 0);
    assert_eq!(scene.hourly.next_run(), Some(at("2024-05-15T13:15:00Z")));
}

#[test]
fn set_back_by_a_year_it_doesnt_stall_for_a_year() {
    let scene = scene();
    scene.step(TimeDelta::days(-365));
    assert_eq!(scene.hourly.next_run(), Some(at("2023-05-16T12:15:00Z")));
    assert_eq!(scene.pass(3_600).1, 1);
}

#[test]
fn a_clock_that_was_a_year_ahead_for_a_while_repeats_nothing_and_loses_nothing() {
    let scene = scene();
    scene.step(TimeDelta::days(365));
    assert_eq!(scene.pass(1_800).1, 1); // 12:15 of the wrong year.
    scene.step(TimeDelta::days(-365));
    assert_eq!(scene.clock.now(), at("2024-05-15T12:30:00Z"));
    assert_eq!(scene.hourly.next_run(), Some(at("2024-05-15T13:15:00Z")));
    assert_eq!(scene.pass(3_600).1, 1);
}

#[test]
fn a_job_added_after_the_clock_was_set_back_has_lived_through_nothing() {
    let scene = scene();
    scene.step(TimeDelta::hours(-1));
    let added = Task::new("added", || ()).every("hour at :15 in UTC");
    let added = scene.manager.add(added).unwrap();
    assert_eq!(added.next_run(), Some(at("2024-05-15T11:15:00Z")));
}

#[test]
fn every_n_days_counts_anew_when_its_start_was_read_off_a_wrong_clock() {
    let clock = ManualClock::at(at("2038-01-01T00:00:00Z"));
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let task = manager
        .add(Task::new("backup", || ()).every("3 days at 02:00 in UTC"))
        .unwrap();
    clock.advance(secs(10));
    manager.run_pending();
    clock.set_wall(at("2026-05-15T12:00:00Z"));
    manager.run_pending();
    assert_eq!(task.next_run(), Some(at("2026-05-18T02:00:00Z")));
}

#[test]
fn once_is_not_repeated_when_the_clock_is_set_back() {
    let clock = ManualClock::at(at("2024-05-15T11:00:00Z"));
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let party = Task::new("party", || ()).at("2024-05-15T11:30:00Z");
    let party = manager.add(party).unwrap();
    clock.advance(secs(3_600));
    assert_eq!(manager.run_pending(), 1);
    clock.set_wall(at("2024-05-15T11:00:00Z"));
    clock.advance(secs(3_600));
    assert_eq!(manager.run_pending(), 0);
    assert!(party.jobs()[0].is_ended());
}

#[test]
fn the_background_loop_heeds_a_step_too() {
    let scene = scene();
    scene.manager.run().unwrap();
    scene.clock.set_wall(at("2024-05-15T13:20:00Z"));
    scene.manager.settle();
    // 12:15 was missed, 13:15 ran.
    let detail = scene.hourly.detail().unwrap();
    assert_eq!((detail.counters.ran, detail.counters.missed), (2, 1));
    let last: DateTime<Utc> = detail.last.unwrap().fire_time;
    assert_eq!(last, at("2024-05-15T13:15:00Z"));
    drop(scene.log);
}

#[test]
fn an_interval_ends_when_the_wall_clock_is_set_forward_over_its_until() {
    for (until, ended) in [("2024-01-01T01:00:00Z", true), ("1h", false)] {
        let (clock, manager) = common::manager();
        let task = Task::new("beat", || ()).every("10s").until(until);
        let task = manager.add(task).unwrap();
        clock.set_wall(at("2024-01-01T02:00:00Z"));
        clock.advance(secs(10));
        assert_eq!(manager.run_pending(), usize::from(!ended), "until {until}");
        assert_eq!(task.jobs()[0].is_ended(), ended);
    }
}

/// A manual clock at `start`, and an empty manager on it.
fn from(start: &str) -> (ManualClock, TaskManager) {
    let clock = ManualClock::at(at(start));
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    (clock, manager)
}

/// Lets time pass in steps, with a round after each.
fn pass(clock: &ManualClock, manager: &TaskManager, seconds: u64, step: u64) {
    for _ in 0..seconds / step {
        clock.advance(secs(step));
        manager.run_pending();
    }
}

#[test]
fn an_until_by_the_wall_clock_holds_for_a_job_that_is_added_after_a_step() {
    // Booted with a clock far ahead, which was then corrected.
    let (clock, manager) = from("2038-01-01T00:00:00Z");
    clock.set_wall(at("2026-05-15T12:00:00Z"));
    let task = Task::new("beat", || ())
        .every("10s")
        .until("2027-01-01T00:00:00Z");
    let task = manager.add(task).unwrap();
    assert_eq!(task.next_run(), Some(at("2026-05-15T12:00:10Z")));
    clock.advance(secs(10));
    assert_eq!(manager.run_pending(), 1);
}

#[test]
fn an_until_by_the_wall_clock_moves_with_it() {
    let (clock, manager) = from("2024-05-15T12:00:00Z");
    let task = Task::new("beat", || ())
        .every("10m")
        .until("2024-05-15T13:00:00Z");
    let task = manager.add(task).unwrap();
    pass(&clock, &manager, 600, 600);
    clock.set_wall(at("2024-05-15T11:10:00Z")); // An hour back: an hour more.
    pass(&clock, &manager, 2 * 3_600, 600);
    assert_eq!(runs(&task), 12); // One at 12:10, and 11:20, 11:30 ... 13:00.
    assert!(task.jobs()[0].is_ended());
    // Set back again, it goes on: it was not cancelled.
    clock.set_wall(at("2024-05-15T12:30:00Z"));
    manager.run_pending();
    pass(&clock, &manager, 3_600, 600);
    assert_eq!(runs(&task), 15);
}

#[test]
fn catching_up_stops_at_an_until_by_the_wall_clock() {
    let (clock, manager) = from("2024-05-15T12:00:00Z");
    let log = Log::new();
    let task = Task::new("beat", || ())
        .every("10m")
        .until("2024-05-15T13:00:00Z");
    manager.add(log.of(task)).unwrap();
    clock.set_wall(at("2024-05-15T12:30:00Z"));
    manager.run_pending();
    clock.advance(secs(35 * 60)); // Busy until 13:05.
    manager.run_pending();
    let names: Vec<_> = log.take().into_iter().map(|(_, fire)| fire).collect();
    let expected = at("2024-05-15T13:00:00Z") - common::second(0);
    assert_eq!(names, [expected.num_seconds()]);
}

#[test]
fn a_clock_that_is_set_back_too_far_and_then_right_repeats_nothing() {
    let (clock, manager) = from("2024-05-15T11:10:00Z");
    let log = Log::new();
    let task = Task::new("grid", || ()).every("minute at :30 in UTC");
    let task = manager.add(log.of(task)).unwrap();
    pass(&clock, &manager, 50 * 60, 30); // To 12:00.
    clock.set_wall(at("2024-05-15T10:00:00Z"));
    manager.run_pending();
    clock.set_wall(at("2024-05-15T11:58:00Z"));
    manager.run_pending();
    pass(&clock, &manager, 5 * 60, 30);
    let fires = log.fires();
    let mut once = fires.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(fires.len(), once.len(), "a fire ran twice");
    // 10:00 to 11:10 was jumped over; its last fire stands for it.
    assert_eq!(task.detail().unwrap().counters.missed, 69);
}

#[test]
fn never_twice_holds_over_a_stop_and_a_new_start() {
    let (clock, manager) = from("2024-05-15T12:00:00Z");
    let log = Log::new();
    let task = Task::new("hourly", || ()).every("hour at :15 in UTC");
    let task = manager.add(log.of(task)).unwrap();
    manager.run().unwrap();
    clock.advance(secs(20 * 60));
    manager.settle();
    assert_eq!(log.fires().len(), 1);
    manager.stop();
    clock.set_wall(at("2024-05-15T12:10:00Z"));
    manager.run().unwrap();
    assert_eq!(task.next_run(), Some(at("2024-05-15T13:15:00Z")));
}

#[test]
fn a_step_back_is_noticed_by_whatever_looks_at_the_clock_first() {
    // `run` on a running manager, from inside of a task that sets the clock.
    let scene = scene();
    scene.manager.run().unwrap();
    let (clock, manager) = (scene.clock.clone(), scene.manager.downgrade());
    let sets = Task::new("sets", move || {
        clock.set_wall(clock.now() - TimeDelta::days(365));
        manager.upgrade().unwrap().run()
    });
    scene.manager.add(sets.every("1h").start("now")).unwrap();
    scene.manager.settle();
    assert_eq!(scene.hourly.next_run(), Some(at("2023-05-16T12:15:00Z")));

    // `add` and `reschedule` before any round.
    let (clock, manager) = from("2024-05-15T12:00:00Z");
    let hourly = Task::new("hourly", || ()).every("hour at :15 in UTC");
    let hourly = manager.add(hourly).unwrap();
    clock.set_wall(at("2024-05-15T11:00:00Z"));
    let party = Task::new("party", || ()).at("2024-05-15T11:30:00Z");
    let party = manager.add(party).unwrap();
    manager.run_pending();
    assert_eq!(party.next_run(), Some(at("2024-05-15T11:30:00Z")));
    clock.set_wall(at("2024-05-15T10:00:00Z"));
    hourly.reschedule("hour at :20 in UTC").unwrap();
    assert_eq!(party.next_run(), Some(at("2024-05-15T11:30:00Z")));
    pass(&clock, &manager, 2 * 3_600, 60);
    assert_eq!(runs(&party), 1);
}

#[test]
fn a_step_back_leaves_a_first_fire_where_it_is() {
    let (clock, manager) = from("2024-05-15T12:00:00Z");
    let task = Task::new("report", || ())
        .every("day at 10:30 in UTC")
        .start("10m")
        .until("1h");
    let task = manager.add(task).unwrap();
    clock.advance(secs(60));
    clock.set_wall(clock.now() - TimeDelta::seconds(2));
    manager.run_pending();
    assert_eq!(task.next_run(), Some(clock.now() + secs(9 * 60)));
    clock.advance(secs(9 * 60));
    assert_eq!(manager.run_pending(), 1);
}

#[test]
fn a_limit_that_passed_under_a_wrong_clock_has_not_passed() {
    let (clock, manager) = from("2024-05-15T12:00:00Z");
    let task = Task::new("hourly", || ())
        .every("hour at :15 in UTC")
        .until("2025-01-01")
        .timezone("UTC");
    let task = manager.add(task).unwrap();
    clock.set_wall(at("2030-01-01T00:00:00Z"));
    manager.run_pending();
    manager.run_pending();
    clock.set_wall(at("2024-05-15T12:30:00Z"));
    manager.run_pending();
    assert_eq!(task.next_run(), Some(at("2024-05-15T13:15:00Z")));
}

#[test]
fn a_fire_that_waits_out_its_jitter_is_not_lost_by_a_step_back() {
    let (clock, manager) = from("2024-05-15T12:00:00Z");
    let log = Log::new();
    let task = Task::new("grid", || ())
        .every("minute at :00 in UTC")
        .jitter("59s");
    let task = manager.add(log.of(task)).unwrap();
    clock.advance(secs(60)); // Its fire is now, and waits.
    manager.run_pending();
    let wait = task.next_run().unwrap() - clock.now();
    assert!(wait > TimeDelta::zero(), "the jitter of this fire is zero");
    clock.set_wall(clock.now() - TimeDelta::hours(1));
    manager.run_pending();
    assert_eq!(task.next_run(), Some(clock.now() + wait));
    clock.advance(wait.to_std().unwrap());
    assert_eq!(manager.run_pending(), 1);
    let fire = at("2024-05-15T12:01:00Z") - common::second(0);
    assert_eq!(log.fires(), [fire.num_seconds()]);
}

#[test]
fn health_is_of_the_clock_that_the_fires_follow() {
    let (clock, manager) = from("2024-05-15T12:00:00Z");
    manager.add(Task::new("beat", || ()).every("10s")).unwrap();
    clock.set_wall(at("2024-05-15T13:00:00Z"));
    assert!(manager.health()["beat"].is_ok());
}

#[test]
fn a_clock_that_is_put_right_while_a_body_runs_goes_on_at_once() {
    // Booted four years ahead; the first body is long, and meanwhile it is corrected.
    let (clock, manager) = from("2030-01-01T00:00:30Z");
    let log = Log::new();
    let cron = Task::new("cron", || ()).cron("* * * * *").timezone("UTC");
    let cron = manager.add(log.of(cron)).unwrap();
    let long = {
        let clock = clock.clone();
        move || {
            clock.advance(secs(90));
            clock.set_wall(at("2026-01-01T00:00:00Z"));
        }
    };
    manager
        .add(Task::new("a long", long).every("1m").max_runs(1))
        .unwrap();
    clock.advance(secs(60));
    manager.run_pending();
    pass(&clock, &manager, 3_600, 60);
    assert!(runs(&cron) >= 60, "{} runs in an hour", runs(&cron));
    assert!(cron.next_run().unwrap() < at("2026-01-01T01:05:00Z"));
    let fires = log.fires();
    let mut once = fires.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(fires.len(), once.len(), "a fire ran twice");
}

#[test]
fn a_clock_that_is_set_back_while_a_task_catches_up_goes_on_at_once() {
    let (clock, manager) = from("2026-01-01T00:00:30Z");
    let (task, gate) = common::gated("cron");
    let task = task.cron("* * * * *").timezone("UTC");
    let task = manager
        .add(task.missed(task::Missed::All).threaded())
        .unwrap();
    clock.set_wall(at("2026-01-11T00:00:30Z"));
    manager.run_pending();
    gate.begun.recv().unwrap();
    assert!(task.next_run().is_some());
    clock.set_wall(at("2026-01-01T00:10:30Z"));
    manager.run_pending();
    gate.go.send(()).unwrap();
    manager.settle();
    assert_eq!(task.next_run(), Some(at("2026-01-01T00:11:00Z")));
}

#[test]
fn a_delay_with_a_window_doesnt_stall_after_a_step_back() {
    let (clock, manager) = from("2026-01-01T12:00:00Z");
    let task = Task::new("poll", || ())
        .delay("1m")
        .between("09:00 to 17:00")
        .timezone("UTC");
    let task = manager.add(task).unwrap();
    pass(&clock, &manager, 3_600, 60);
    assert_eq!(runs(&task), 60);
    clock.set_wall(at("2026-01-01T12:30:00Z"));
    manager.run_pending();
    pass(&clock, &manager, 3_600, 60);
    assert_eq!(runs(&task), 120);
}

#[test]
fn settle_notices_a_step_and_tells_of_it() {
    let told = std::sync::Arc::new(parking_lot::Mutex::new(0));
    let (clock, manager) = common::build(|builder| {
        let told = told.clone();
        builder.on_event(move |event| {
            if matches!(event, task::Event::ClockStepped { .. }) {
                *told.lock() += 1;
            }
        })
    });
    let task = Task::new("grid", || ()).every("minute at :30 in UTC");
    let task = manager.add(task).unwrap();
    clock.set_wall(at("2024-01-11T00:00:00Z"));
    manager.settle();
    clock.set_wall(at("2024-01-01T00:10:00Z"));
    manager.settle();
    assert_eq!(task.next_run(), Some(at("2024-01-01T00:10:30Z")));
    assert_eq!(*told.lock(), 2);
}

#[test]
fn what_an_interval_has_missed_does_not_depend_on_what_the_wall_clock_showed() {
    let clock = ManualClock::at(at("2024-05-15T12:00:00Z"));
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let plain = manager.add(Task::new("plain", || ()).every("10s")).unwrap();
    let beat = Task::new("beat", || ()).every("10s").max_runs(1_000);
    let beat = manager.add(beat).unwrap();
    let step = |by: TimeDelta| {
        clock.set_wall(clock.now() + by);
        manager.run_pending();
    };
    // For 20 seconds it shows what elapsed time comes to an hour later.
    step(TimeDelta::hours(1));
    for _ in 0..2 {
        clock.advance(secs(10));
        manager.run_pending();
    }
    step(TimeDelta::hours(-1));
    assert_eq!(runs(&beat), 2);

    clock.advance(secs(3_595)); // Up to 13:00:15: 359 fires have passed since 12:00:20.
    assert_eq!(manager.run_pending(), 2);
    for task in [plain, beat] {
        assert_eq!(task.detail().unwrap().counters.missed, 358);
        // Its fires are named by the latest that the wall clock has shown.
        let fire_time = task.last().unwrap().fire_time();
        assert_eq!(fire_time, at("2024-05-15T14:00:10Z"));
    }
}
