//! What a program compiles for its scheduler.
//!
//! It writes programs with one dependency each and has them compiled from nothing. How to
//! read what comes out: `README.md`.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use task_benches::{Error, Report, Samples, Written, is_wanted, or_quick, sources};

const OURS: &str = "task";
const LIGHTEST: &str = "job_scheduler_ng";
const MOST_CRATES: usize = 18;
const MOST: f64 = 0.7;

/// How often each is compiled.
const ALL: [(&str, &str, usize); 5] = [
    (OURS, "", 2),
    (LIGHTEST, "2.5.0", 2),
    ("clokwerk", "0.4.0", 1),
    ("tokio-cron-scheduler", "0.15.1", 1),
    ("apalis-cron", "0.7", 1),
];

fn main() -> Result<(), Error> {
    if !is_wanted("weight") {
        return Ok(());
    }
    let mut report = Report::new("weight", &[]);
    let folder = env!("CARGO_TARGET_TMPDIR");
    let mut programs = Vec::new();
    for (name, version, turns) in ALL {
        let dependency = if name == OURS {
            let path = sources().join("task").display().to_string();
            format!("task = {{ path = {path:?} }}")
        } else {
            format!("{name} = \"{version}\"")
        };
        let text = "fn main() {\n    println!(\"hello\");\n}\n".to_owned();
        let program = format!("hello-{name}");
        let manifest = format!("[dependencies]\n{dependency}\n");
        let written = Written::new(folder, &program, &manifest, &[("main.rs", text)])?;
        let target = Path::new(folder).join("weight");
        let fetched = written.cargo(&["fetch", "--quiet"], &target);
        if let Err(error) = fetched {
            writeln!(report, "`{name}` can't be had here: {error}\n")?;
            continue;
        }
        let count = |edges: &str| -> Result<usize, Error> {
            let words = ["tree", "--offline", "--edges", edges, "--prefix", "none"];
            let tree = written.cargo(&words, &target)?;
            // Each crate once, whatever is noted behind it, and not the program.
            let crates: BTreeSet<String> = tree
                .lines()
                .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
                .collect();
            Ok(crates.len().saturating_sub(1))
        };
        let crates = (count("normal")?, count("normal,build")?);
        programs.push((name, written, turns, crates, Samples::default()));
    }
    for turn in 0..or_quick(2, 1) {
        for (name, written, turns, _, spent) in &mut programs {
            if turn >= *turns {
                continue;
            }
            eprintln!("weight: {name}");
            let target = Path::new(folder).join("weight");
            match fs::remove_dir_all(&target) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error.into());
                }
                _ => {}
            }
            let cpu = written.timed(&["build", "--quiet", "--offline"], &target)?;
            spent.push(cpu.as_secs_f64());
        }
    }
    let of = |wanted: &str| programs.iter().find(|(name, ..)| *name == wanted);
    if let (Some(ours), Some(lightest)) = (of(OURS), of(LIGHTEST)) {
        let crates = ours.3.0;
        report.goal(
            "crates that a program gets",
            format!("at most {MOST_CRATES}"),
            format!("{crates} (with what builds them {})", ours.3.1),
            crates <= MOST_CRATES,
        );
        let ratio = ours.4.ratios_to(&lightest.4).median();
        report.goal(
            format!("CPU time of a first build, to that of {LIGHTEST}"),
            format!("at most {MOST}"),
            format!("{ratio:.2}"),
            ratio <= MOST,
        );
    }
    writeln!(
        report,
        "A program that prints a line, with this one dependency and its default features: \
         the first build, profile `dev`.\n\n\
         | | crates | with those for building | CPU s |\n|---|---:|---:|---:|"
    )?;
    for (name, _, _, (crates, built), spent) in &programs {
        writeln!(
            report,
            "| {name} | {crates} | {built} | {:.1} |",
            spent.median()
        )?;
    }
    report.finish()
}
