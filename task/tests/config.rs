//! What files and environment variables override.
#![cfg(feature = "config")]

mod common;

use std::{ffi::OsString, fs};

use common::{build, secs};
use task::{
    Config, Error, Fold, Gap, ManualClock, Missed, Overlap, Task, TaskDetail, TaskManager, task,
};

#[task(
    every = "day at 02:30",
    timezone = "UTC",
    gap = "skip",
    until = "2126-01-01"
)]
fn nightly() {}

#[task(
    every = "10m",
    between = "09:00 to 17:00",
    days = "mon-fri",
    retry = 2,
    backoff = "1s"
)]
fn hourly() {}

#[task(every = "5m", aligned, name = "sync the mirrors")]
fn mirrors() {}

#[task(every = "1h", name = "load it")]
fn load() {}

#[task(every = "1h", name = "load-it")]
fn load_anew() {}

#[task(schedule = task::every(1).day().at("10:30"), timezone = "UTC", name = "jobs::expr")]
fn expression() {}

fn with(config: Config) -> (ManualClock, TaskManager) {
    let clock = ManualClock::new();
    let manager = TaskManager::builder()
        .clock(clock.clone())
        .config(config)
        .build();
    (clock, manager)
}

fn env(variables: &[(&str, &str)]) -> Config {
    Config::new().vars("TASK", variables.iter().copied())
}

/// A manager of one task, `a`, to which a configuration was given.
fn overridden(config: Config, task: Task) -> Result<(ManualClock, TaskManager), Error> {
    let (clock, manager) = build(|builder| builder.config(config));
    manager.add(task)?;
    Ok((clock, manager))
}

fn a() -> Task {
    Task::new("a", || Err::<(), _>("no"))
}

/// Everything that is to be seen of the task before and after some time, but
/// where it was written and what overrides it.
fn trace((clock, manager): (ManualClock, TaskManager)) -> Vec<TaskDetail> {
    let mut trace = Vec::new();
    for step in [0, 5, 30, 3600, 20 * 3600, 60] {
        clock.advance(secs(step));
        manager.settle();
        for mut detail in manager.tasks_detail() {
            detail.location.clear();
            detail.overridden.clear();
            trace.push(detail);
        }
    }
    trace
}

#[test]
fn each_key_does_what_its_method_does_from_a_file_and_from_a_variable() {
    type Set = fn(Task) -> Task;
    /// The options that go with it are set by code.
    struct Row(&'static str, &'static str, Set, Set);
    let daily: Set = |task| task.every("day at 10:30");
    let hourly: Set = |task| task.every("1h");
    let threaded: Set = |task| task.every("1h").threaded();
    let skips: Set = |task| task.every("1h").missed(Missed::Skip);
    let rows = [
        Row("every", "'5m'", hourly, |_| a().every("5m")),
        Row("every", "['5m', 'day at 10:30']", hourly, |_| {
            a().every("5m").every("day at 10:30")
        }),
        Row("delay", "'1m'", hourly, |_| a().delay("1m")),
        Row("cron", "'5,10 9 * * mon-fri'", hourly, |_| {
            a().cron("5,10 9 * * mon-fri")
        }),
        Row("at", "'2024-01-01 03:00'", hourly, |_| {
            a().at("2024-01-01 03:00")
        }),
        Row(
            "at",
            "['2024-01-01 03:00', '2024-01-01 04:00']",
            hourly,
            |_| a().at("2024-01-01 03:00").at("2024-01-01 04:00"),
        ),
        Row("timezone", "'UTC'", daily, |task| task.timezone("UTC")),
        Row("start", "'now'", hourly, |task| task.start("now")),
        Row("start", "'10s'", hourly, |task| task.start("10s")),
        Row("aligned", "true", hourly, |task| task.aligned()),
        Row("until", "'2024-01-01 03:00'", hourly, |task| {
            task.until("2024-01-01 03:00")
        }),
        Row("max_runs", "1", hourly, |task| task.max_runs(1)),
        Row("jitter", "'20m'", hourly, |task| task.jitter("20m")),
        Row("between", "'03:00 to 08:00'", hourly, |task| {
            task.between("03:00 to 08:00")
        }),
        Row("days", "'tue'", hourly, |task| task.days("tue")),
        Row("gap", "'skip'", daily, |task| task.gap(Gap::Skip)),
        Row("fold", "'both'", daily, |task| task.fold(Fold::Both)),
        Row("missed", "'skip'", hourly, |task| task.missed(Missed::Skip)),
        Row("grace", "'50m'", skips, |task| task.grace("50m")),
        Row("overlap", "'queue'", threaded, |task| {
            task.overlap(Overlap::Queue)
        }),
        Row("overlap", "3", threaded, |task| {
            task.overlap("3".parse().unwrap())
        }),
        Row("retry", "3", hourly, |task| task.retry(3)),
        Row(
            "backoff",
            "'10s to 30s'",
            |task| task.every("1h").retry(1),
            |task| task.backoff("10s to 30s"),
        ),
        Row("timeout", "'10s'", hourly, |task| task.timeout("10s")),
        Row("disable_after", "1", hourly, |task| task.disable_after(1)),
        Row("exclusive", "'db'", hourly, |task| task.exclusive("db")),
        Row("exclusive", "['db', 'net']", hourly, |task| {
            task.exclusive("db").exclusive("net")
        }),
        Row("priority", "-5", hourly, |task| task.priority(-5)),
        Row("history", "1", hourly, |task| task.history(1)),
        Row("enabled", "false", hourly, |task| task.disabled()),
        Row(
            "enabled",
            "true",
            |task| task.every("1h").disabled(),
            |_| a().every("1h"),
        ),
    ];
    for Row(key, value, base, set) in rows {
        let plain = trace(overridden(Config::new(), base(a())).unwrap());
        let expected = trace(overridden(Config::new(), set(base(a()))).unwrap());
        assert_ne!(plain, expected, "{key}: the row shows nothing");

        let file = Config::new().text(format!("[tasks.a]\n{key} = {value}"));
        let found = trace(overridden(file, base(a())).unwrap());
        assert!(found == expected, "{key} = {value}: {found:#?}");

        let variable = format!("TASK_A_{}", key.to_uppercase());
        let config = env(&[(&variable, value.trim_matches('\''))]);
        let found = trace(overridden(config, base(a())).unwrap());
        assert!(found == expected, "{variable}={value}: {found:#?}");
    }
}

#[test]
fn a_bad_value_gives_the_message_of_the_method_and_its_place() {
    #[track_caller]
    fn check(key: &str, value: &str, expected: &str) {
        let task = || {
            a().every("1h")
                .every("day at 10:30")
                .retry(1)
                .missed(Missed::Skip)
        };
        let (first, marks) = expected.split_once('\n').unwrap_or((expected, ""));
        let error = |config: Config| {
            let error = overridden(config, task()).err().unwrap();
            assert!(error.is_invalid_config());
            assert_eq!(error.problems().len(), 1, "{error}");
            let message = error.to_string();
            let (before, after) = message.split_once("task/tests/config.rs:").unwrap();
            assert_eq!(before, "the task `a` at ");
            let after = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
            after.strip_prefix(": ").unwrap().to_owned()
        };
        let joined = |place: &str| match marks {
            "" => format!("{first} ({place})"),
            marks => format!("{first} ({place})\n{marks}"),
        };
        let file = Config::new().text(format!("[tasks.a]\n{key} = '{value}'"));
        assert_eq!(error(file), joined(&format!("`{key}` in `text`")));
        let variable = format!("TASK_A_{}", key.to_uppercase());
        let place = format!("the environment variable `{variable}`");
        assert_eq!(error(env(&[(&variable, value)])), joined(&place));
    }
    check(
        "every",
        "1h30",
        "cannot read the schedule `1h30`: `30` has no unit, write `1h 30m` or `1h 30s`\n  1h30\n    ^^",
    );
    for (key, value) in [
        ("cron", "61 * * * *"),
        ("at", "24:00"),
        ("delay", "1"),
        ("timezone", "Mars"),
        ("until", "never"),
        ("between", "9"),
        ("days", "someday"),
        ("gap", "x"),
        ("fold", "x"),
        ("start", "soon"),
        ("jitter", "1"),
        ("grace", "1"),
        ("backoff", "1m to 1s"),
        ("timeout", "x"),
        ("overlap", "x"),
        ("missed", "x"),
    ] {
        let set = match key {
            "cron" => a().cron(value),
            "at" => a().at(value),
            "delay" => a().delay(value),
            "timezone" => a().timezone(value),
            "until" => a().until(value),
            "between" => a().between(value),
            "days" => a().days(value),
            "start" => a().start(value),
            "jitter" => a().jitter(value),
            "grace" => a().grace(value),
            "backoff" => a().retry(1).backoff(value),
            "timeout" => a().timeout(value),
            _ => a(),
        };
        let expected = match key {
            "gap" => value.parse::<Gap>().unwrap_err().to_string(),
            "fold" => value.parse::<Fold>().unwrap_err().to_string(),
            "overlap" => value.parse::<Overlap>().unwrap_err(),
            "missed" => value.parse::<Missed>().unwrap_err(),
            _ => {
                let (_, manager) = build(|builder| builder);
                let error = manager.add(set.every("day at 10:30")).unwrap_err();
                let first = error.problems()[0].to_string();
                let (_, message) = first.split_once(".rs:").unwrap();
                message.split_once(": ").unwrap().1.to_owned()
            }
        };
        check(key, value, &expected);
    }
    let whole = |bounds: &str| format!("expected a whole number from {bounds}");
    for (key, bounds) in [
        ("max_runs", "1 to 18446744073709551615"),
        ("disable_after", "1 to 18446744073709551615"),
        ("history", "1 up"),
        ("retry", "0 to 4294967295"),
        ("priority", "-2147483648 to 2147483647"),
    ] {
        check(
            key,
            "many",
            &format!("`{key}` is `many`: {}", whole(bounds)),
        );
    }
    for key in ["aligned", "enabled"] {
        check(
            key,
            "yes",
            &format!("`{key}` is `yes`: expected `true` or `false`"),
        );
    }
    check(
        "max_runs",
        "0",
        "`max_runs` is 0: expected at least 1; use `disabled` for a task that doesn't run",
    );
    check(
        "exclusive",
        "",
        "the name of an exclusive group is empty, or has blanks at its ends",
    );
}

#[track_caller]
fn check_problems(config: Config, expected: &[&str]) {
    let (_, manager) = with(config);
    let error = manager.check().unwrap_err();
    assert!(error.is_invalid_config());
    let found: Vec<_> = error
        .problems()
        .iter()
        .map(|error| error.to_string())
        .collect();
    assert_eq!(found, expected);
    assert_eq!(manager.run().unwrap_err(), error);
}

#[test]
fn values_of_another_kind_are_refused() {
    let place = "the task `hourly` at task/tests/config.rs:";
    let (_, manager) = with(Config::new().text(
        "[tasks.hourly]\nevery = true\ncron = []\ntimeout = ['1m']\nretry = 1.5\naligned = 1\nexclusive = [1]\nstart.at = 5",
    ));
    let error = manager.check().unwrap_err();
    let mut found: Vec<_> = error
        .problems()
        .iter()
        .map(|error| error.to_string())
        .collect();
    for message in &mut found {
        *message = message
            .trim_start_matches(place)
            .trim_start_matches(char::is_numeric)
            .to_owned();
    }
    assert_eq!(
        found,
        [
            ": `aligned` is `1`: expected `true` or `false` (`aligned` in `text`)",
            ": `cron` is `[]`: expected a text or a list of texts, as in `cron = \"0 9 * * mon-fri\"` (`cron` in `text`)",
            ": `every` is `true`: expected a text or a list of texts, as in `every = \"30s\"` (`every` in `text`)",
            ": `exclusive` is `[1]`: expected a text or a list of texts, as in `exclusive = \"db\"` (`exclusive` in `text`)",
            ": `retry` is `1.5`: expected a whole number from 0 to 4294967295 (`retry` in `text`)",
            ": `timeout` is `[\"1m\"]`: expected a text, as in `timeout = \"10s\"` (`timeout` in `text`)",
            "`start` is a table: expected `start = \"now\"` (`[tasks.hourly]` in `text`)",
        ]
    );
    let config = env(&[
        ("TASK_HOURLY_EVERY", "['5m'"),
        ("TASK_HOURLY_CRON", "['0 9 * * *']\nx = 1"),
    ]);
    let error = with(config).1.check().unwrap_err();
    assert_eq!(error.problems().len(), 2, "{error}");
}

#[test]
fn what_a_configuration_names_must_exist() {
    check_problems(
        Config::new().text("[tasks.nihgtly]\nevery = '1h'\n[tasks.zzz]\n[tasks.'a b']\n"),
        &[
            "no task is named `a b` (`[tasks.\"a b\"]` in `text`)",
            "no task is named `nihgtly`, did you mean `nightly`? (`[tasks.nihgtly]` in `text`)",
            "no task is named `zzz` (`[tasks.zzz]` in `text`)",
        ],
    );
    check_problems(
        Config::new().text("[tasks.nightly]\nevry = '1h'\n[tasks.hourly]\nthreaded = true"),
        &[
            "`threaded` can't be overridden: it is a part of the program (`[tasks.hourly]` in `text`)",
            "unknown option `evry`, did you mean `every`? (`[tasks.nightly]` in `text`)",
        ],
    );
    check_problems(
        Config::new().text("tasks.nightly = 5"),
        &["the entry of the task `nightly` is no table (`[tasks.nightly]` in `text`)"],
    );
    check_problems(
        Config::new().text("tasks = 5"),
        &["cannot read the configuration: `tasks` is no table: expected `[tasks.NAME]` (`text`)"],
    );
    check_problems(
        env(&[
            ("TASK_NIGHTYL_EVERY", "1h"),
            ("TASK_QUITE_ANOTHER_THING_MAX_RUNS", "1"),
            ("TASK_NIGHTLY_EVRY", "1h"),
            ("TASK_SYNC_THE_MIRRORS_TAGS", "a"),
            ("TASK_JOBS_EXPR_QQQQQQ", "a"),
        ]),
        &[
            "the environment variable `TASK_NIGHTYL_EVERY` names no task, did you mean `TASK_NIGHTLY_EVERY`?",
            "the environment variable `TASK_QUITE_ANOTHER_THING_MAX_RUNS` names no task",
            "the environment variable `TASK_NIGHTLY_EVRY` names no option of the task `nightly`, did you mean `TASK_NIGHTLY_EVERY`?",
            "the environment variable `TASK_SYNC_THE_MIRRORS_TAGS` is about the task `sync the mirrors`, and `tags` can't be overridden: it is a part of the program",
            "the environment variable `TASK_JOBS_EXPR_QQQQQQ` names no option of the task `jobs::expr`",
        ],
    );
    check_problems(
        Config::new().env_prefix(""),
        &["the prefix of environment variables is empty: expected one such as `TASK`"],
    );
}

#[test]
fn what_is_somebody_elses_is_left_alone() {
    let config = env(&[
        ("TASK_QUEUE_URL", "x"),
        ("TASK_QUEUE_NAME", "x"),
        ("TASK_EVERY", "x"),
        ("TASK", "x"),
        ("TASKS_NIGHTLY_EVERY", "x"),
        ("NIGHTLY_EVERY", "x"),
        ("TASK_NIGHTLY", "x"),
        ("task_nightly_every", "x"),
    ])
    .text("name = 'app'\n[log]\nlevel = 'x'\n['tasks.nightly']\nevery = 5");
    let (_, manager) = with(config);
    manager.check().unwrap();
    assert!(
        manager
            .tasks_detail()
            .iter()
            .all(|task| task.overridden.is_empty())
    );
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_unicode_is_a_problem_only_if_it_is_ours() {
    use std::os::unix::ffi::OsStringExt;
    let bad = || OsString::from_vec(vec![b'1', 0xff]);
    let name = |name: &str| OsString::from(name);
    let other = OsString::from_vec(b"TASK_\xff_EVERY".to_vec());
    let config = Config::new().vars("TASK", [(name("TASK_QUEUE_URL"), bad()), (other, bad())]);
    with(config).1.check().unwrap();

    let config = Config::new().vars("TASK", [(name("TASK_NIGHTLY_EVERY"), bad())]);
    let error = with(config).1.check().unwrap_err().to_string();
    assert!(
        error.contains("the value of `every` is not valid Unicode"),
        "{error}"
    );
    assert!(
        error.ends_with("(the environment variable `TASK_NIGHTLY_EVERY`)"),
        "{error}"
    );
}

#[test]
fn files_that_can_not_be_read_are_problems() {
    let folder = std::env::temp_dir().join(format!("task-config-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let missing = folder.join("missing.toml");
    let shown = missing.display();
    let error = with(Config::new().file(&missing))
        .1
        .check()
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("cannot read the configuration: "),
        "{error}"
    );
    assert!(error.ends_with(&format!("(`{shown}`)")), "{error}");
    with(Config::new().optional_file(&missing))
        .1
        .check()
        .unwrap();
    // A folder exists, and is no file.
    assert!(
        with(Config::new().optional_file(&folder))
            .1
            .check()
            .is_err()
    );

    let path = folder.join("tasks.toml");
    fs::write(&path, "[tasks.nightly]\nevery = '1h'\nretry = \n").unwrap();
    let error = with(Config::new().optional_file(&path))
        .1
        .check()
        .unwrap_err();
    let message = error.to_string();
    let first = format!(
        "cannot read the configuration: TOML parse error at line 3, column 9 (`{}`)",
        path.display()
    );
    assert!(message.starts_with(&first), "{message}");
    assert!(message.contains("3 | retry ="), "{message}");

    fs::write(&path, "[tasks.nightly]\nevery = '1h'\n").unwrap();
    let (_, manager) = with(Config::new().file(&path));
    let detail = manager["nightly"].detail().unwrap();
    assert_eq!(detail.overridden[0].by, path.display().to_string());
    fs::remove_dir_all(&folder).unwrap();
}

fn schedules(manager: &TaskManager, task: &str) -> Vec<String> {
    let detail = manager[task].detail().unwrap();
    detail.jobs.into_iter().map(|job| job.schedule).collect()
}

#[test]
fn an_option_for_all_schedules_takes_the_place_of_that_of_the_attribute() {
    let (_, manager) = with(Config::new().text(
        "[tasks.nightly]\ntimezone = 'local'\ngap = 'shift'\nfold = 'last'\nuntil = '2030-01-01'\n\
         [tasks.hourly]\nbetween = '10:00 to 11:00'\ndays = 'sat'\n\
         [tasks.'sync the mirrors']\naligned = false\n\
         [tasks.'jobs::expr']\ntimezone = 'local'",
    ));
    manager.check().unwrap();
    for (task, expected) in [
        (
            "nightly",
            "every day at 02:30 gap shift fold last until 2030-01-01 00:00 in local",
        ),
        ("hourly", "every 10m between 10:00 and 11:00 on sat"),
        ("sync the mirrors", "every 5m"),
        ("jobs::expr", "every day at 10:30 in local"),
    ] {
        assert_eq!(schedules(&manager, task), [expected]);
    }
    // For those that come later as well.
    manager["hourly"].reschedule("1m").unwrap();
    assert_eq!(
        schedules(&manager, "hourly"),
        ["every 1m between 10:00 and 11:00 on sat"]
    );
}

#[test]
fn the_attribute_and_its_twin_make_the_same_schedules() {
    let (_, manager) = with(Config::new());
    let (_, twins) = build(|builder| builder);
    let until = "2126-01-01";
    let nightly = Task::new("nightly", || ())
        .every("day at 02:30")
        .timezone("UTC");
    twins.add(nightly.gap(Gap::Skip).until(until)).unwrap();
    let hourly = Task::new("hourly", || ())
        .every("10m")
        .between("09:00 to 17:00");
    twins.add(hourly.days("mon-fri")).unwrap();
    twins
        .add(Task::new("sync the mirrors", || ()).every("5m").aligned())
        .unwrap();
    let expression = Task::new("jobs::expr", || ()).schedule(task::every(1).day().at("10:30"));
    twins.add(expression.timezone("UTC")).unwrap();
    for name in ["nightly", "hourly", "sync the mirrors", "jobs::expr"] {
        assert_eq!(schedules(&manager, name), schedules(&twins, name));
    }
}

#[test]
fn what_comes_later_wins_and_schedules_are_replaced_together() {
    let config = Config::new()
        .text("[tasks.hourly]\nevery = ['1h', '2h']\npriority = 1\nretry = 5")
        .vars("TASK", [("TASK_HOURLY_PRIORITY", "2")])
        .text("[tasks.hourly]\ncron = '0 9 * * *'\ndelay = '1h'\nhistory = 3");
    let (_, manager) = with(config);
    manager.check().unwrap();
    let detail = manager["hourly"].detail().unwrap();
    let shown: Vec<_> = detail
        .overridden
        .iter()
        .map(|one| (&*one.key, &*one.value, &*one.by))
        .collect();
    assert_eq!(
        shown,
        [
            ("cron", "0 9 * * *", "text"),
            ("delay", "1h", "text"),
            ("history", "3", "text"),
            ("priority", "2", "environment variable TASK_HOURLY_PRIORITY"),
            ("retry", "5", "text"),
        ]
    );
    assert_eq!(
        schedules(&manager, "hourly"),
        [
            "cron 0 9 * * * between 09:00 and 17:00 on mon-fri",
            "delay 1h between 09:00 and 17:00 on mon-fri",
        ]
    );
    let config = Config::new()
        .text("[tasks.hourly]\nevery = '1h'")
        .vars("TASK", [("TASK_HOURLY_EVERY", "[\"1m\", '2m']")]);
    let (_, manager) = with(config);
    assert_eq!(schedules(&manager, "hourly").len(), 2);
    let detail = manager["hourly"].detail().unwrap();
    assert_eq!(detail.overridden.len(), 1);
    assert_eq!(detail.overridden[0].value, "[\"1m\", \"2m\"]");
}

#[cfg(feature = "chrono-tz")] // One of them names a time zone.
#[test]
fn the_samples_in_the_texts_are_right() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let texts = [
        fs::read_to_string(root.join("../README.md")).unwrap(),
        fs::read_to_string(root.join("src/config.rs"))
            .unwrap()
            .replace("///", ""),
    ];
    for text in texts {
        let mut blocks = text.split("```toml\n").skip(1);
        let sample = blocks
            .find(|block| block.trim().starts_with("[tasks."))
            .unwrap();
        // Named zones need a feature.
        let sample = sample
            .split("```")
            .next()
            .unwrap()
            .replace("Europe/Berlin", "UTC");
        let (_, manager) = build(|builder| builder.config(Config::new().text(sample)));
        for name in ["sync", "send the report"] {
            let task = manager.add(Task::new(name, || ()).every("1h")).unwrap();
            assert!(task.detail().unwrap().overridden.len() >= 2);
        }
        manager.check().unwrap();
    }
}

#[test]
fn a_variable_that_means_two_tasks_is_refused_if_it_is_set() {
    let (_, manager) = build(|builder| builder.config(env(&[("TASK_A_B_EVERY", "1m")])));
    manager.add(Task::new("a b", || ()).every("1h")).unwrap();
    let error = manager
        .add(Task::new("a-b", || ()).every("1h"))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the environment variable `TASK_A_B_EVERY` means several tasks, `a b` and `a-b`: override them in a file, or give them other names"
    );
    assert!(error.is_invalid_config());
    assert!(manager.get("a-b").is_none());

    check_problems(
        env(&[("TASK_LOAD_IT_EVERY", "1m"), ("TASK_LOAD_IT_RETRY", "1")]),
        &[
            "the environment variable `TASK_LOAD_IT_EVERY` means several tasks, `load it` and `load-it`: override them in a file, or give them other names",
        ],
    );
    let file = "[tasks.'load it']\nevery = '1m'\n[tasks.load-it]\nevery = '2m'";
    let (_, manager) = with(Config::new().text(file));
    assert_eq!(schedules(&manager, "load-it"), ["every 2m"]);

    // An annotated one counts, though this manager has it not.
    let (_, manager) =
        build(|builder| builder.config(env(&[("TASK_SYNC_THE_MIRRORS_EVERY", "1m")])));
    assert!(
        manager
            .add(Task::new("sync-the-mirrors", || ()).every("1h"))
            .is_err()
    );

    let (_, manager) = build(|builder| builder.config(env(&[("TASK_A_EVERY", "1m")])));
    manager.add(Task::new("a b", || ()).every("1h")).unwrap();
    manager.add(Task::new("a-b", || ()).every("1h")).unwrap();
}

#[test]
fn a_task_that_is_added_takes_its_overrides() {
    let (_, manager) = build(|builder| {
        builder.config(Config::new().text("[tasks.'ping db1']\nevery = '1m'\nenabled = false"))
    });
    let error = manager.check().unwrap_err();
    assert!(error.is_unknown_task() && error.is_invalid_config());
    let ping = manager
        .add(Task::new("ping db1", || ()).every("10s"))
        .unwrap();
    manager.check().unwrap();
    assert_eq!(schedules(&manager, "ping db1"), ["every 1m"]);
    assert!(!ping.is_enabled());
    ping.enable();
    assert!(ping.is_enabled());

    // A task that is gone was there.
    manager.remove("ping db1").unwrap();
    manager.check().unwrap();
}

#[test]
fn tasks_that_a_manager_does_not_take_are_known_to_it() {
    let config = Config::new().text("[tasks.nightly]\nevery = '1h'");
    let (_, manager) = build(|builder| builder.config(config));
    manager.check().unwrap();
}

#[test]
fn what_does_not_go_together_names_what_is_overridden() {
    #[track_caller]
    fn check(toml: &str, expected: &str) {
        let (_, manager) = with(Config::new().text(toml));
        let error = manager.check().unwrap_err();
        assert_eq!(error.problems().len(), 1, "{error}");
        let message = error.to_string();
        assert!(message.contains(expected), "{message}");
    }
    check(
        "[tasks.nightly]\nbackoff = '10s'",
        "`backoff` has no effect: it goes with `retry` (`backoff` in `text`)",
    );
    check(
        "[tasks.nightly]\nevery = '1m'\njitter = '2m'",
        "a jitter of 120s is too long: expected less than the shortest time between two fires, 60s (`every` in `text`, `jitter` in `text`)",
    );
    check(
        "[tasks.hourly]\nevery = 'day at 10:30'",
        "hours have no effect on it (`every` in `text`)",
    );
    check(
        "[tasks.nightly]\nevery = 'day at 10:30 in UTC'\ntimezone = 'UTC'",
        "`timezone` has no effect: each schedule of the task says its own (`timezone` in `text`)",
    );
    check(
        "[tasks.nightly]\nevery = 'day at 10:30'\naligned = true",
        "(`aligned` in `text`, `every` in `text`)",
    );
    // A value that can't be read is the only thing to blame.
    check(
        "[tasks.nightly]\nretry = 'x'\nbackoff = '10s'",
        "`retry` is `x`",
    );
    check(
        "[tasks.nightly]\nmissed = 'x'\ngrace = '10s'",
        "`x` is no policy",
    );
    check("[tasks.nightly]\nevery = '1'", "1 what?");
    check(
        "[tasks.nightly]\ntimeout = 30",
        "30 what? write `30s` or `30m` (`timeout` in `text`)",
    );
}

#[test]
fn an_option_of_the_task_that_has_lost_its_effect_is_dropped() {
    let (_, manager) = with(Config::new().text(
        "[tasks.nightly]\nevery = '1h'\n[tasks.hourly]\nretry = 0\n\
         [tasks.'sync the mirrors']\ndelay = '1m'",
    ));
    manager.check().unwrap();
    assert_eq!(
        schedules(&manager, "nightly"),
        ["every 1h until 2126-01-01 00:00 in UTC"]
    );
    assert_eq!(schedules(&manager, "sync the mirrors"), ["delay 1m"]);
    assert_eq!(manager["hourly"].detail().unwrap().policies.retry, 0);
}

#[test]
fn a_date_that_is_past_is_refused_for_a_task_that_is_added() {
    let config = Config::new().text("[tasks.a]\nat = '2023-01-01 00:00'");
    let error = overridden(config, a().every("1h")).err().unwrap();
    assert!(error.is_invalid_schedule() && error.is_invalid_config());
    assert!(error.to_string().contains("(`at` in `text`)"), "{error}");
}

#[test]
fn the_variables_of_the_process_are_read() {
    // Cargo sets this one, and what begins with `CARGO_PKG_` for tests as well.
    let (_, manager) = build(|builder| builder.config(Config::new().env_prefix("CARGO_PKG")));
    manager.add(Task::new("rust", || ()).every("1h")).unwrap();
    let error = manager.check().unwrap_err().to_string();
    assert!(
        error.contains("`CARGO_PKG_RUST_VERSION` names no option of the task `rust`"),
        "{error}"
    );
}

#[cfg(feature = "serde")]
#[test]
fn the_detail_is_serialized() {
    let (_, manager) = with(env(&[("TASK_NIGHTLY_EVERY", "1h")]));
    let detail = serde_json::to_value(manager["nightly"].detail().unwrap()).unwrap();
    assert_eq!(
        detail["overridden"],
        serde_json::json!([{
            "key": "every",
            "value": "1h",
            "by": "environment variable TASK_NIGHTLY_EVERY",
        }])
    );
}
