//! What `tracing` and `metrics` cost: as features that nobody makes use of, and
//! when somebody does.
//!
//! It builds the package in `fire` three times, and runs the programs in turns. See
//! the README beside it for how to read what comes out.

use std::{
    env, io,
    path::{Path, PathBuf},
    process::{Command, Output},
};

type Error = Box<dyn std::error::Error>;

/// How often each program has its turn.
const TURNS: usize = 15;

/// Of a thousand fires each.
const ROUNDS: u64 = 200;

/// The valgrind ones. What both runs do, the start above all, cancels out.
const FEW_ROUNDS: u64 = 10;
const MORE_ROUNDS: u64 = 30;
const JOBS: u64 = 1000;

fn main() -> Result<(), Error> {
    if !is_wanted() {
        return Ok(());
    }
    let without = build("without", &[])?;
    let with = build("with", &["observed"])?;
    let consumers = build("consumers", &["consumers"])?;
    let row = |what, program: &Path, consumer| Row {
        what,
        program: program.to_owned(),
        consumer,
        nanoseconds: Vec::new(),
    };
    let mut rows = [
        row("without the features", &without, None),
        row("with both, nobody looks", &with, None),
        // The first program once more: what it differs by from itself is noise.
        row("without, once more", &without, None),
        row("a log at `info`, written nowhere", &consumers, Some("info")),
        row(
            "a log at `debug`, written nowhere",
            &consumers,
            Some("debug"),
        ),
        row("a recorder of Prometheus", &consumers, Some("prometheus")),
    ];

    for turn in 0..TURNS {
        eprintln!("turn {} of {TURNS}", turn + 1);
        // Each second time backwards, so that nobody is always the first.
        let forwards = turn % 2 == 0;
        for i in 0..rows.len() {
            let i = if forwards { i } else { rows.len() - 1 - i };
            let spent = rows[i].spend()?;
            rows[i].nanoseconds.push(spent);
        }
    }
    print(&rows);
    Ok(())
}

/// Returns false for `cargo test`, and for `cargo bench` with the name of another.
fn is_wanted() -> bool {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let mut filters = arguments.iter().filter(|word| !word.starts_with('-'));
    arguments.iter().any(|word| word == "--bench") && filters.all(|word| "observing".contains(word))
}

/// Builds the program in a folder of its own, so that no feature comes from elsewhere.
fn build(name: &str, features: &[&str]) -> Result<PathBuf, Error> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    eprintln!("building the program: {name}");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--package"])
        .args(["task-benches-fire", "--features", &features.join(",")])
        .arg("--target-dir")
        .arg(&target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()?;
    if !status.success() {
        return Err(format!("the program could not be built: {status}").into());
    }
    let program = target.join("release").join("fire");
    Ok(program.with_extension(env::consts::EXE_EXTENSION))
}

struct Row {
    what: &'static str,
    program: PathBuf,
    consumer: Option<&'static str>,
    /// A fire, by turns.
    nanoseconds: Vec<f64>,
}

impl Row {
    /// Runs the program, and returns the processor's nanoseconds a fire.
    fn spend(&self) -> Result<f64, Error> {
        let mut command = Command::new(&self.program);
        command.arg(ROUNDS.to_string()).args(self.consumer);
        let output = checked(command.output()?)?;
        Ok(String::from_utf8(output.stdout)?.trim().parse()?)
    }

    /// Returns the instructions a fire.
    fn instructions(&self) -> Result<f64, Error> {
        let few = self.count(FEW_ROUNDS)?;
        let more = self.count(MORE_ROUNDS)?;
        Ok((more - few) / ((MORE_ROUNDS - FEW_ROUNDS) * JOBS) as f64)
    }

    /// Counts the instructions of a whole run of the program.
    fn count(&self, rounds: u64) -> Result<f64, Error> {
        let mut command = Command::new("valgrind");
        command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
        command.arg(&self.program);
        command.arg(rounds.to_string()).args(self.consumer);
        let output = checked(command.output()?)?;
        let text = String::from_utf8(output.stderr)?;
        let line = text
            .lines()
            .find_map(|line| line.split_once("Collected : "));
        let (_, number) = line.ok_or("valgrind has counted nothing")?;
        Ok(number.trim().parse()?)
    }
}

fn checked(output: Output) -> Result<Output, Error> {
    if output.status.success() {
        return Ok(output);
    }
    let error = String::from_utf8_lossy(&output.stderr);
    Err(format!("{}: {error}", output.status).into())
}

fn print(rows: &[Row]) {
    let base = &rows[0];
    let base_count = base.instructions();
    if let Err(error) = &base_count {
        match error.downcast_ref::<io::Error>() {
            Some(_) => println!("No instructions are counted: there is no valgrind.\n"),
            None => println!("No instructions are counted: {error}\n"),
        }
    }
    println!("| | ns a fire | ratio | from | to | instructions a fire | ratio |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for row in rows {
        let ratios = row.nanoseconds.iter().zip(&base.nanoseconds);
        let ratios = sorted(ratios.map(|(ours, base)| ours / base));
        let counts = base_count.as_ref().ok().zip(row.instructions().ok());
        let (count, count_ratio) = match counts {
            Some((base, count)) => (format!("{count:.0}"), format!("{:.3}", count / base)),
            None => ("-".to_owned(), "-".to_owned()),
        };
        println!(
            "| {} | {:.0} | {:.3} | {:.3} | {:.3} | {count} | {count_ratio} |",
            row.what,
            middle(&sorted(row.nanoseconds.iter().copied())),
            middle(&ratios),
            // What lies between the quarters at both ends.
            ratios[TURNS / 4],
            ratios[TURNS - 1 - TURNS / 4],
        );
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// Returns the median. The number of turns is odd.
fn middle(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}
