//! What the attribute costs when a program is compiled.
//!
//! It writes crates of a thousand functions and has them compiled in turns. How to read
//! what comes out: `README.md`.

use std::{fmt::Write as _, path::Path};

use task_benches::{Error, Report, Samples, Written, in_turns, is_wanted, or_quick, sources};

const FUNCTIONS: usize = 1_000;
const TURNS: usize = 3;

/// What is written before a function, and after it.
const KINDS: [(&str, &str, &str); 4] = [
    ("plain functions", "", ""),
    (
        "with a bare `inventory::submit!`",
        "",
        "inventory::submit! { Entry { name: \"NAME\", call: NAME } }",
    ),
    (
        "with `#[task(every = \"30s\")]`",
        "#[task::task(every = \"30s\")]",
        "",
    ),
    (
        "with five options",
        "#[task::task(cron = \"0 9 * * mon-fri\", name = \"name of NAME\", threaded, \
         tags = [\"io\"], on_success = done)]",
        "",
    ),
];

const ENTRY: &str = "pub struct Entry { pub name: &'static str, pub call: fn() }\n\
                     inventory::collect!(Entry);\n\
                     pub fn done() {}\n";

fn main() -> Result<(), Error> {
    if !is_wanted("attribute") {
        return Ok(());
    }
    let mut report = Report::new("attribute", &["inventory", "syn"]);
    let folder = env!("CARGO_TARGET_TMPDIR");
    let target = Path::new(folder).join("attribute");
    let n = or_quick(FUNCTIONS, 50);
    let mut crates = Vec::new();
    for (index, (_, before, after)) in KINDS.iter().enumerate() {
        let mut text = ENTRY.to_owned();
        for number in 0..n {
            let name = format!("function_{number}");
            let body = format!("pub fn {name}() {{ std::hint::black_box({number}); }}");
            for part in [
                before.replace("NAME", &name),
                body,
                after.replace("NAME", &name),
            ] {
                writeln!(text, "{part}")?;
            }
        }
        let task = sources().join("task");
        let manifest = format!(
            "[dependencies]\ninventory = \"0.3\"\ntask = {{ path = {:?} }}\n",
            task.display().to_string()
        );
        let name = format!("functions{index}");
        crates.push(Written::new(folder, &name, &manifest, &[("lib.rs", text)])?);
    }
    for (profile, words) in [
        ("dev", &["build", "--quiet"][..]),
        ("release", &["build", "--quiet", "--release"]),
    ] {
        // The dependencies, which are not what is measured.
        for written in &crates {
            written.cargo(words, &target)?;
        }
        let spent = in_turns(or_quick(TURNS, 1), crates.len(), |i| {
            crates[i].touch("lib.rs")?;
            Ok(crates[i].timed(words, &target)?.as_secs_f64() * 1_000.0)
        })?;
        let added = |i: usize| {
            let values: Samples = (0..or_quick(TURNS, 1))
                .map(|turn| (spent[i].at(turn) - spent[0].at(turn)) / n as f64)
                .collect();
            values.median()
        };
        let ratio = added(2) / added(1);
        report.goal(
            format!("compile time that the attribute adds to a function, {profile}"),
            "at most 2 times that of a bare `inventory::submit!`",
            format!("{ratio:.2} ({:.2} and {:.2} ms)", added(2), added(1)),
            ratio <= 2.0,
        );
        writeln!(
            report,
            "\n{n} functions in a crate, profile `{profile}`: CPU time of the compiler for \
             the crate alone, and what each function has of it beyond a plain one.\n\n\
             | | CPU ms | ms more a function |\n|---|---:|---:|"
        )?;
        for (i, (kind, ..)) in KINDS.iter().enumerate() {
            writeln!(
                report,
                "| {kind} | {:.0} | {:.2} |",
                spent[i].median(),
                added(i)
            )?;
        }
    }
    report.finish()
}
