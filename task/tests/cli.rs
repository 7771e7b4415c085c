//! The subcommands of a program's command line: what they write, and how they end.

mod common;

use std::{
    io::{self, Write},
    sync::mpsc,
};

use clap::{Parser, error::ErrorKind};
use serde_json::{Value, json};
use task::{Context, ManualClock, Task, TaskManager, Zone, cli::Tasks, every};

use common::{block_on, manager, secs};

/// A program that has other commands too.
#[derive(Debug, Parser)]
#[command(name = "host")]
enum Host {
    Serve,
    /// Show, run or check the tasks.
    Tasks(Tasks),
}

fn parse(line: &str) -> Tasks {
    let words = ["host", "tasks"].into_iter().chain(line.split(' '));
    match Host::try_parse_from(words) {
        Ok(Host::Tasks(tasks)) => tasks.timezone(Zone::UTC),
        other => panic!("{line}: {other:?}"),
    }
}

/// Returns the exit code, the results and the problems.
fn call(manager: &TaskManager, line: &str) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = parse(line).write(manager, &mut out, &mut err).unwrap();
    let [out, err] = [out, err].map(|text| String::from_utf8(text).unwrap());
    (code, out, err)
}

#[track_caller]
fn check(manager: &TaskManager, line: &str, code: u8, out: &str, err: &str) {
    let expected = (code, out.to_owned(), err.to_owned());
    assert_eq!(call(manager, line), expected, "{line}");
}

#[track_caller]
fn json(manager: &TaskManager, line: &str, code: u8) -> Value {
    let (got, out, err) = call(manager, line);
    assert_eq!(got, code, "{line}: {out}{err}");
    assert_eq!(out.lines().count(), 1, "{line}: {out}");
    serde_json::from_str(&out).unwrap()
}

/// On a clock that shows 2024-01-01 00:00:00 UTC.
fn some_tasks() -> (ManualClock, TaskManager) {
    let (clock, manager) = manager();
    let sync = Task::new("sync", || ()).every("5m").tag("io");
    let report = Task::new("report", || Err::<(), _>("disk\n  full"))
        .schedule(every(1).day().at("10:30").timezone("UTC"))
        .schedule(every(2).hours())
        .tag("night");
    let paused = Task::new("paused", || ()).every("1h").disabled();
    for task in [sync, report, paused] {
        manager.add(task).unwrap();
    }
    (clock, manager)
}

#[test]
fn the_arguments_are_sound_and_the_help_names_each_command() {
    use clap::CommandFactory;

    let mut command = Host::command();
    command.clone().debug_assert();
    command.build();
    let tasks = command.find_subcommand_mut("tasks").unwrap();
    let help = tasks.render_long_help().to_string();
    for name in ["list", "next", "plan", "run", "check"] {
        assert!(help.contains(&format!("\n  {name} ")), "{name}: {help}");
    }
    assert!(matches!(Host::parse_from(["host", "serve"]), Host::Serve));
}

#[test]
fn what_is_no_command_is_refused_at_the_argument() {
    for (line, kind, part) in [
        ("lst", ErrorKind::InvalidSubcommand, "list"),
        ("next -n many", ErrorKind::ValueValidation, "many"),
        ("run", ErrorKind::MissingRequiredArgument, "<NAME>"),
        (
            "plan --from soon",
            ErrorKind::ValueValidation,
            "--from <WHEN>",
        ),
        (
            "plan --from soon",
            ErrorKind::ValueValidation,
            "expected a date and time",
        ),
        ("plan --to 25:00", ErrorKind::ValueValidation, "--to <WHEN>"),
    ] {
        let words = ["host", "tasks"].into_iter().chain(line.split(' '));
        let error = Host::try_parse_from(words).unwrap_err();
        assert_eq!((error.kind(), error.exit_code()), (kind, 2), "{line}");
        assert!(error.to_string().contains(part), "{line}: {error}");
    }
}

#[test]
fn list_shows_each_job_of_each_task() {
    let (clock, manager) = some_tasks();
    clock.advance(secs(5 * 60));
    manager.run_pending();
    assert!(
        !manager["report"]
            .run_now()
            .unwrap()
            .wait()
            .unwrap()
            .is_success()
    );
    check(
        &manager,
        "list",
        0,
        "\
TASK    SCHEDULE                  NEXT RUN                                     LAST OUTCOME
paused  Every hour                disabled                                     -
report  Every day at 10:30 (UTC)  2024-01-01 10:30:00, in 10 hours 25 minutes  failed: disk full
        Every 2 hours             2024-01-01 02:00:00, in 1 hour 55 minutes
sync    Every 5 minutes           2024-01-01 00:10:00, in 5 minutes            succeeded
",
        "",
    );
}

#[test]
fn list_can_be_asked_for_a_tag() {
    let (_clock, manager) = some_tasks();
    let (code, out, err) = call(&manager, "list --tag io");
    assert_eq!((code, out.lines().count(), err.as_str()), (0, 2, ""));
    assert!(out.lines().nth(1).unwrap().starts_with("sync "), "{out}");
    check(
        &manager,
        "list --tag oi",
        0,
        "no task has the tag `oi`\n",
        "",
    );
    assert_eq!(json(&manager, "list --tag oi --json", 0), json!([]));
}

#[test]
fn list_says_what_to_do_where_there_is_nothing() {
    let (_clock, manager) = manager();
    let (code, out, _) = call(&manager, "list");
    assert_eq!(code, 0);
    assert!(out.starts_with("no tasks: annotate a function"), "{out}");
    assert_eq!(json(&manager, "list --json", 0), json!([]));
}

#[test]
fn list_gives_the_details_as_json() {
    let (_clock, manager) = some_tasks();
    let list = json(&manager, "list --json", 0);
    assert_eq!(list, serde_json::to_value(manager.tasks_detail()).unwrap());
    assert_eq!(list[2]["name"], "sync");
    assert_eq!(list[2]["next_run"], "2024-01-01T00:05:00Z");
}

#[test]
fn a_job_that_is_over_has_no_next_run() {
    let (clock, manager) = manager();
    let once = Task::new("once", || ()).schedule("at 2024-01-01T01:00:00Z");
    manager.add(once).unwrap();
    clock.advance(secs(3_600));
    manager.run_pending();
    let (_, out, _) = call(&manager, "list");
    assert!(
        out.lines()
            .nth(1)
            .unwrap()
            .ends_with(" -         succeeded"),
        "{out}"
    );
    check(&manager, "next", 0, "nothing will run\n", "");
}

#[test]
fn next_shows_what_comes_of_all_enabled_tasks() {
    let (_clock, manager) = some_tasks();
    check(
        &manager,
        "next -n 2",
        0,
        "\
FIRE TIME            FROM NOW       TASK  SCHEDULE
2024-01-01 00:05:00  in 5 minutes   sync  Every 5 minutes
2024-01-01 00:10:00  in 10 minutes  sync  Every 5 minutes
",
        "",
    );
    let (_, out, _) = call(&manager, "next");
    assert_eq!(out.lines().count(), 21);
    assert_eq!(
        json(&manager, "next --number 1 --json", 0),
        json!([{ "task": "sync", "job": 0, "fire_time": "2024-01-01T00:05:00Z" }])
    );
    assert_eq!(json(&manager, "next -n 0 --json", 0), json!([]));
}

/// The hours and minutes of a plan.
fn planned(manager: &TaskManager, arguments: &[&str]) -> Vec<String> {
    let words = ["host", "tasks", "plan", "--json"].iter().chain(arguments);
    let Ok(Host::Tasks(tasks)) = Host::try_parse_from(words) else {
        panic!("{arguments:?}");
    };
    let (mut out, tasks) = (Vec::new(), tasks.timezone(Zone::UTC));
    let code = tasks.write(manager, &mut out, &mut io::sink()).unwrap();
    assert_eq!(code, 0, "{arguments:?}");
    let plan: Vec<Value> = serde_json::from_slice(&out).unwrap();
    let time = |fire: &Value| fire["fire_time"].as_str().unwrap()[11..16].to_owned();
    plan.iter().map(time).collect()
}

#[test]
fn plan_shows_the_fires_of_a_stretch_of_time() {
    let (_clock, manager) = some_tasks();
    // 287 of every five minutes, 11 of every two hours, and one at 10:30.
    assert_eq!(planned(&manager, &[]).len(), 299);
    let rows: [(&[&str], &[&str]); 6] = [
        (
            &["--from", "2h", "--to", "6m"],
            &["02:00", "02:00", "02:05"],
        ),
        (
            &["--from", "10:25", "--to", "10:31"],
            &["10:25", "10:30", "10:30"],
        ),
        (&["--to", "10m"], &["00:05"]), // Without the end.
        (
            &["--from", "2024-01-03T09:57:00Z", "--to", "10:01"],
            &["10:00", "10:00"],
        ),
        (
            &["--from", "2024-01-03 09:57", "--to", "2024-01-03 10:01"],
            &["10:00", "10:00"],
        ),
        (&["--to", "1m"], &[]),
    ];
    for (arguments, expected) in rows {
        assert_eq!(planned(&manager, arguments), expected, "{arguments:?}");
    }
}

#[test]
fn plan_says_what_it_leaves_out_and_why_it_shows_nothing() {
    let (_clock, manager) = some_tasks();
    let (code, out, err) = call(&manager, "plan --limit 3");
    assert_eq!((code, out.lines().count()), (0, 4));
    assert_eq!(
        err,
        "there are more than 3, the next one at 2024-01-01 00:20:00: raise `--limit` to see them\n"
    );
    check(&manager, "plan --to 1m", 0, "nothing will run\n", "");
    assert_eq!(call(&manager, "plan --to now").0, 2); // The stretch would be empty.
    check(
        &manager,
        "plan --from 2024-01-02 --to 2024-01-01",
        2,
        "",
        "error: `--to` is 2024-01-01 00:00:00, and `--from` is 2024-01-02 00:00:00: expected an \
         end after the beginning\n",
    );
}

#[test]
fn run_runs_a_task_and_ends_as_it_ended() {
    let (clock, manager) = some_tasks();
    let slow = Task::new("slow", move || clock.advance(secs(2))).every("1h");
    manager.add(slow).unwrap();
    let bad = || -> Result<(), String> { panic!("at the disco") };
    manager.add(Task::new("bad", bad).every("1h")).unwrap();

    check(
        &manager,
        "run slow",
        0,
        "slow succeeded (2.000 s, 1 attempt)\n",
        "",
    );
    check(
        &manager,
        "run paused",
        0,
        "paused succeeded (0.000 s, 1 attempt)\n",
        "",
    );
    check(
        &manager,
        "run bad sync",
        1,
        "bad panicked: at the disco (0.000 s, 1 attempt)\nsync succeeded (0.000 s, 1 attempt)\n",
        "",
    );
    assert_eq!(manager["sync"].detail().unwrap().counters.ran, 1);
    let runs = json(&manager, "run sync report --json", 1);
    assert_eq!(runs[0]["task"], "sync");
    assert_eq!(runs[0]["duration"], 0.0);
    assert_eq!(runs[0]["outcome"], json!({ "kind": "succeeded" }));
    assert_eq!(
        runs[1]["outcome"],
        json!({ "kind": "failed", "message": "disk\n  full" })
    );
    assert!(!manager.is_running());
}

#[test]
fn run_runs_nothing_if_one_name_is_unknown() {
    let (_clock, manager) = some_tasks();
    let message = "no task is named `snyc`, did you mean `sync`?";
    check(
        &manager,
        "run sync snyc",
        2,
        "",
        &format!("error: {message}\n"),
    );
    assert_eq!(
        json(&manager, "run sync snyc --json", 2),
        json!([{ "task": "snyc", "error": message }])
    );
    assert_eq!(manager["sync"].detail().unwrap().counters.ran, 0);
}

#[test]
fn run_says_that_a_task_could_not_be_run() {
    let (_clock, manager) = manager();
    let weak = manager.downgrade();
    // Asks for itself while it is running.
    let (sender, codes) = mpsc::channel();
    let own = Task::new("own", move || {
        sender
            .send(call(&weak.upgrade().unwrap(), "run own"))
            .unwrap();
    });
    manager.add(own.every("1h")).unwrap();
    assert_eq!(call(&manager, "run own").0, 0);
    let message = "error: the task `own` is already running\n".to_owned();
    assert_eq!(codes.recv().unwrap(), (2, String::new(), message));
}

#[test]
fn retries_timeouts_threads_and_futures_work_while_run_waits() {
    let manager = TaskManager::builder().empty().build();
    let flaky = |context: &Context| match context.attempt() {
        1 => Err("no route"),
        _ => Ok(()),
    };
    let flaky = Task::new("flaky", flaky)
        .every("1h")
        .retry(1)
        .backoff("1ms");
    let stuck = Task::new_async("stuck", std::future::pending::<()>).timeout("10ms");
    manager.add(flaky).unwrap();
    manager.add(stuck.every("1h")).unwrap();
    manager
        .add(Task::new("aside", || ()).every("1h").threaded())
        .unwrap();

    let (code, out, err) = call(&manager, "run flaky stuck aside");
    assert_eq!((code, err.as_str()), (1, ""));
    let lines: Vec<_> = out.lines().collect();
    let [flaky, stuck, aside] = lines[..] else {
        panic!("{out}");
    };
    assert!(
        flaky.starts_with("flaky succeeded (") && flaky.ends_with(" s, 2 attempts)"),
        "{out}"
    );
    assert!(stuck.starts_with("stuck timed out: "), "{out}");
    assert!(aside.starts_with("aside succeeded ("), "{out}");
}

#[test]
fn run_async_leaves_the_thread_to_the_runtime() {
    let (_clock, manager) = manager();
    manager
        .add(Task::new_async("sleeper", || async {}).every("1h"))
        .unwrap();
    // On a runtime of one thread: it would wait for ever if it blocked that.
    let code = block_on(async { parse("run sleeper --json").run_async(&manager).await });
    assert_eq!(
        format!("{code:?}"),
        format!("{:?}", std::process::ExitCode::SUCCESS)
    );
    assert!(manager["sleeper"].last().unwrap().is_success());
}

#[cfg(feature = "tokio")]
#[test]
fn async_tasks_run_on_the_runtime_of_who_calls() {
    let here = || async { tokio::runtime::Handle::try_current().map(drop) };
    let tasks = || {
        let (_clock, manager) = manager();
        let task = Task::new_async("here", here);
        manager.add(task.every("1h")).unwrap();
        manager
    };
    let of_async = tasks();
    let _ = block_on(async { parse("run here --json").run_async(&of_async).await });
    // The thread that waits is one of several.
    let of_sync = tasks();
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    let (code, ..) = runtime.block_on(async { call(&of_sync, "run here") });
    assert_eq!(code, 0);
    for manager in [of_async, of_sync] {
        assert_eq!(manager["here"].last().unwrap().error(), None);
    }
}

#[test]
fn check_counts_the_tasks() {
    let (_clock, manager) = some_tasks();
    check(&manager, "check", 0, "3 tasks, no problem\n", "");
    check(&manager, "check --strict", 0, "3 tasks, no problem\n", "");
    assert_eq!(
        json(&manager, "check --json", 0),
        json!({ "ok": true, "tasks": 3, "problems": [], "warnings": [] })
    );
}

#[test]
fn check_reports_every_problem() {
    let manager = TaskManager::builder()
        .empty()
        .max_threads(0)
        .poll_interval(secs(0))
        .build();
    let n = manager.check().unwrap_err().problems().len();
    assert_eq!(n, 2);
    let (code, out, err) = call(&manager, "check");
    assert_eq!((code, out.as_str()), (1, "0 tasks, 2 problems\n"));
    assert_eq!(err.lines().count(), 2, "{err}");
    assert!(
        err.lines().all(|line| line.starts_with("problem: `")),
        "{err}"
    );
    let report = json(&manager, "check --json", 1);
    assert_eq!(report["ok"], false);
    assert_eq!(report["problems"].as_array().unwrap().len(), 2);
    // The other commands say that there is something.
    let (code, _, err) = call(&manager, "list");
    assert_eq!(
        (code, err.as_str()),
        (0, "warning: there are tasks with 2 problems: see `check`\n")
    );
}

#[test]
fn check_warns_of_what_will_never_run() {
    let (clock, manager) = manager();
    let once = Task::new("once", || ()).schedule("at 2024-01-01T01:00:00Z");
    manager.add(once).unwrap();
    check(&manager, "check --strict", 0, "1 task, no problem\n", "");

    clock.advance(secs(3_600));
    manager.run_pending();
    let (code, out, err) = call(&manager, "check");
    assert_eq!((code, out.as_str()), (0, "1 task, no problem, 1 warning\n"));
    assert!(err.starts_with("warning: the task `once` at "), "{err}");
    assert!(
        err.contains("nothing of `at 2024-01-01T01:00:00Z` is to come"),
        "{err}"
    );
    assert_eq!(call(&manager, "check --strict").0, 1);
    let report = json(&manager, "check --strict --json", 1);
    assert_eq!(
        (&report["ok"], &report["problems"]),
        (&json!(false), &json!([]))
    );
    assert_eq!(report["warnings"].as_array().unwrap().len(), 1);
}

#[test]
fn check_warns_where_there_is_no_task() {
    let (_clock, manager) = manager();
    let (code, out, err) = call(&manager, "check");
    assert_eq!(
        (code, out.as_str()),
        (0, "0 tasks, no problem, 1 warning\n")
    );
    assert!(err.starts_with("warning: there is no task: "), "{err}");
}

/// A reader that has gone, or a disk that is full.
struct Closed(io::ErrorKind);

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_has_gone_ends_it_quietly() {
    let (_clock, manager) = some_tasks();
    let write = |line: &str, kind| {
        let mut err = Vec::new();
        let done = parse(line).write(&manager, &mut Closed(kind), &mut err);
        (done.map_err(|error| error.kind()), err.len())
    };
    for line in ["list", "next", "plan --limit 1", "check", "list --json"] {
        assert_eq!(write(line, io::ErrorKind::BrokenPipe), (Ok(0), 0), "{line}");
        let full = io::ErrorKind::StorageFull;
        assert_eq!(write(line, full), (Err(full), 0), "{line}");
    }
    // All run, and how they ended is said by the exit code at least.
    assert_eq!(
        write("run report sync", io::ErrorKind::BrokenPipe),
        (Ok(1), 0)
    );
    assert_eq!(manager["sync"].detail().unwrap().counters.ran, 1);
}
