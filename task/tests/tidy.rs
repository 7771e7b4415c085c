//! Rules about the sources that a compiler can't check.

use std::{fs, path::Path};

/// The floors, from below: a file may name its own floor and those below it.
const FLOORS: [&[&str]; 4] = [
    &["error", "registry", "sync"],
    &[
        "name",
        "run",
        "history",
        "ending",
        "skip",
        "event",
        "defaults",
        "policy",
        "backoff",
        "queue",
        "tick",
        "groups",
        "slab",
        "order",
        "timing",
        "job",
        "beat",
        "fires",
        "found",
        "timeline",
        "overridden",
    ],
    &[
        "clock",
        "control",
        "context",
        "body",
        "policies",
        "definition",
        "guard",
        "record",
        "reply",
        "request",
        "executor",
        "runtime",
        "log",
        "meter",
        "telemetry",
        "mailbox",
        "observers",
        "after",
        "names",
        "tasks",
        "jobs",
        "loops",
        "state",
        "crates",
        "runs",
        "plain",
        "rounds",
        "timers",
        "ends",
        "decide",
        "attempt",
        "drive",
        "stop",
        "waits",
        "workers",
        "settings",
        "scheduler",
        "offload",
        "precise",
    ],
    &[
        "task",
        "problems",
        "config",
        "layers",
        "override_keys",
        "overrides",
        "no_overrides",
        "task_policies",
        "annotated",
        "check",
        "check_policies",
        "function",
        "run_handle",
        "job_handle",
        "indexed",
        "detail",
        "events",
        "health",
        "plan",
        "builder",
        "manager",
        "helpers",
        "cli",
    ],
];

/// What looks upward for a reason.
const EXCEPTIONS: [(&str, &str); 7] = [
    // What the macro's output names: it leads to the types that a body, its
    // parameters and a callback have.
    ("registry", "run"),
    ("registry", "ending"),
    ("registry", "skip"),
    ("registry", "policy"),
    ("registry", "body"),
    ("registry", "context"),
    // One reading of the clocks is a plain pair of instants.
    ("timeline", "clock"),
];

fn sources(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                // The files of a folder are parts of the module that is named after it.
                let part = path.strip_prefix(&root).unwrap().iter().next().unwrap();
                let name = Path::new(part).file_stem().unwrap().to_string_lossy();
                let name = name.into_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(found.len() > 3, "no sources in {folder}");
    found
}

/// The code of a file: without its comments and its unit tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The modules of the crate that a file names.
fn names(text: &str) -> Vec<String> {
    let code = code(text);
    let mut names: Vec<String> = code
        .match_indices("crate::")
        .flat_map(|(at, found)| {
            let rest = &code[at + found.len()..];
            let word = |text: &str| -> String {
                text.trim_start()
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect()
            };
            match rest.strip_prefix('{') {
                None => vec![word(rest)],
                // A tree: the first word of each of its own branches.
                Some(tree) => {
                    let mut depth = 0;
                    let mut branches = vec![word(tree)];
                    for (at, c) in tree.char_indices() {
                        match c {
                            '{' => depth += 1,
                            '}' if depth == 0 => break,
                            '}' => depth -= 1,
                            ',' if depth == 0 => branches.push(word(&tree[at + 1..])),
                            _ => {}
                        }
                    }
                    branches
                }
            }
        })
        .filter(|name| !name.is_empty())
        .collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn arrows_point_down_only() {
    let floor = |name: &str| FLOORS.iter().position(|floor| floor.contains(&name));
    for (file, text) in sources("src") {
        if file == "lib" {
            continue;
        }
        let own = floor(&file).unwrap_or_else(|| {
            panic!("{file}.rs has no floor: give it one here and in ARCHITECTURE.md")
        });
        for name in names(&text) {
            let Some(other) = floor(&name) else { continue };
            assert!(
                other <= own || EXCEPTIONS.contains(&(file.as_str(), name.as_str())),
                "{file}.rs is on floor {own} and names `{name}`, which is above it"
            );
        }
    }
}

#[test]
fn only_the_clock_asks_what_time_it_is() {
    for (file, text) in sources("src")
        .into_iter()
        .chain(sources("../task-schedule/src"))
    {
        if file == "clock" {
            continue;
        }
        for word in [
            "Instant::now",
            "SystemTime::now",
            "Utc::now",
            "Local::now",
            ".elapsed()",
            "thread::sleep",
        ] {
            assert!(
                !code(&text).contains(word),
                "{file}.rs has `{word}`: ask the clock"
            );
        }
    }
}

#[test]
fn only_the_executor_calls_user_code() {
    for (file, text) in sources("src") {
        if file == "executor" {
            continue;
        }
        for word in ["catch_unwind", ".body)(", "hook(run)"] {
            assert!(
                !code(&text).contains(word),
                "{file}.rs has `{word}`: that is the executor's"
            );
        }
    }
}

#[test]
fn floors_0_and_1_know_no_threads_and_no_locks() {
    let mut below: Vec<_> = sources("../task-schedule/src");
    below.extend(
        sources("src")
            .into_iter()
            .filter(|(file, _)| FLOORS[1].contains(&file.as_str())),
    );
    for (file, text) in below {
        for word in ["Mutex", "Condvar", "RwLock", "std::thread", "thread::spawn"] {
            assert!(!code(&text).contains(word), "{file}.rs has `{word}`");
        }
    }
}

#[test]
fn no_file_is_too_long_to_read() {
    let folders = ["src", "../task-schedule/src", "../task-macros/src"];
    for (file, text) in folders.into_iter().flat_map(sources) {
        let lines = code(&text).lines().count();
        assert!(
            lines <= 400,
            "{file}.rs has {lines} lines of code: does it own one idea?"
        );
    }
}

#[test]
fn the_words_of_the_project_are_kept() {
    // Each of these has a word of its own in the glossary of ARCHITECTURE.md.
    let banned = [
        "firing",
        "cronjob",
        "todo!",
        "unimplemented!",
        "dbg!",
        "println!(",
        "eprintln!(",
    ];
    for (file, text) in sources("src")
        .into_iter()
        .chain(sources("../task-schedule/src"))
    {
        for word in banned {
            assert!(!code(&text).contains(word), "{file}.rs has `{word}`");
        }
    }
}

#[test]
fn the_quick_start_of_the_readme_is_the_example_that_is_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let example = fs::read_to_string(root.join("examples/quickstart.rs")).unwrap();
    let shown = readme.split("```rust,no_run\n").nth(1).unwrap();
    let shown = shown.split("```").next().unwrap();
    assert!(
        example.ends_with(shown),
        "examples/quickstart.rs differs from the README:\n{shown}"
    );
}
