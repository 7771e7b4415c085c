//! What `tracing` and `metrics` cost: as features that nobody makes use of, and
//! when somebody does.
//!
//! It builds the package in `fire` three times, and runs the programs in turns. See
//! the README beside it for how to read what comes out.

use std::{
    env,
    fmt::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use task_benches::{Error, Report, Samples, in_turns, instructions, is_wanted, or_quick};

/// How often each program has its turn.
const TURNS: usize = 9;

/// Of a thousand fires each.
const ROUNDS: u64 = 100;
const QUICK_ROUNDS: u64 = 20;

/// How much slower than without the features nobody sees.
const NOTHING_MEASURABLE: f64 = 1.05;

/// The valgrind ones. What both runs do, the start above all, cancels out.
const FEW_ROUNDS: u64 = 5;
const MORE_ROUNDS: u64 = 15;
const JOBS: u64 = 1000;

/// Whose versions are said.
const PEERS: [&str; 4] = [
    "tracing",
    "tracing-subscriber",
    "metrics",
    "metrics-exporter-prometheus",
];

fn main() -> Result<(), Error> {
    if !is_wanted("observing") {
        return Ok(());
    }
    let without = build("without", &[])?;
    let with = build("with", &["observed"])?;
    let consumers = build("consumers", &["consumers"])?;
    // When the builds are done: they are no load that others make.
    let report = Report::new("observing", &PEERS);
    let row = |what, program: &Path, consumer| Row {
        what,
        program: program.to_owned(),
        consumer,
    };
    let rows = [
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

    let turns = or_quick(TURNS, 3);
    let nanoseconds = in_turns(turns, rows.len(), |i| rows[i].spend())?;
    say(report, &rows, &nanoseconds)
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
}

impl Row {
    fn command(&self, rounds: u64) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(rounds.to_string()).args(self.consumer);
        command
    }

    /// Runs the program, and returns the processor's nanoseconds a fire.
    fn spend(&self) -> Result<f64, Error> {
        let output = self.command(or_quick(ROUNDS, QUICK_ROUNDS)).output()?;
        if !output.status.success() {
            let error = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{}: {}: {error}", self.what, output.status).into());
        }
        Ok(String::from_utf8(output.stdout)?.trim().parse()?)
    }

    /// Returns the instructions a fire, none without valgrind.
    fn instructions(&self) -> Result<Option<f64>, Error> {
        let few = instructions(&self.command(FEW_ROUNDS))?;
        let more = instructions(&self.command(MORE_ROUNDS))?;
        let fires = ((MORE_ROUNDS - FEW_ROUNDS) * JOBS) as f64;
        Ok(few.zip(more).map(|(few, more)| (more - few) / fires))
    }
}

fn say(mut report: Report, rows: &[Row], nanoseconds: &[Samples]) -> Result<(), Error> {
    let counts: Vec<Option<f64>> = rows
        .iter()
        .map(Row::instructions)
        .collect::<Result<_, _>>()?;
    let ratios: Vec<Samples> = nanoseconds
        .iter()
        .map(|spent| spent.ratios_to(&nanoseconds[0]))
        .collect();

    let (while_nobody_looks, noise) = (ratios[1].median(), ratios[2].median());
    report.goal(
        "CPU time of a fire with both features while nobody looks",
        format!("no more than {NOTHING_MEASURABLE} times that without"),
        format!("{while_nobody_looks:.2} (the same program: {noise:.2})"),
        while_nobody_looks <= NOTHING_MEASURABLE,
    );
    if let Some((with, without)) = counts[1].zip(counts[0]) {
        report.goal(
            "its instructions",
            format!("no more than {NOTHING_MEASURABLE} times"),
            format!("{:.3}", with / without),
            with / without <= NOTHING_MEASURABLE,
        );
    } else {
        writeln!(
            report,
            "No instructions are counted: there is no valgrind.\n"
        )?;
    }
    writeln!(
        report,
        "| | ns a fire | ratio | from | to | instructions a fire | ratio |"
    )?;
    writeln!(report, "|---|---:|---:|---:|---:|---:|---:|")?;
    for (i, row) in rows.iter().enumerate() {
        let (count, count_ratio) = match counts[i].zip(counts[0]) {
            Some((count, base)) => (format!("{count:.0}"), format!("{:.3}", count / base)),
            None => ("-".to_owned(), "-".to_owned()),
        };
        writeln!(
            report,
            "| {} | {:.0} | {:.3} | {:.3} | {:.3} | {count} | {count_ratio} |",
            row.what,
            nanoseconds[i].median(),
            ratios[i].median(),
            ratios[i].quantile(0.25),
            ratios[i].quantile(0.75),
        )?;
    }
    report.finish()
}
