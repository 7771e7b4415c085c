//! What a benchmark says: on the screen, and in `RESULTS.md` between two marks.
//!
//! A section of `RESULTS.md` is written anew by each run; what is outside of the marks is
//! written by people and stays. The goals of all benchmarks stand in one table at the top.

use std::{
    fmt::{self, Write as _},
    fs,
    path::Path,
};

use crate::{Error, is_quick, machine, peers};

/// All benchmarks, in the order of the summary.
const BENCHES: [&str; 13] = [
    "lateness",
    "idle",
    "nothing_due",
    "firing",
    "changing",
    "memory",
    "throughput",
    "stopping",
    "startup",
    "cron",
    "weight",
    "attribute",
    "observing",
];

const SUMMARY: &str = "summary";
const SUMMARY_HEAD: &str = "| benchmark | what | to reach | measured | reached |\n\
                            |---|---|---|---|---|\n";

/// What one benchmark has found: goals, and text in Markdown.
///
/// The text is written into it with `write!`.
#[derive(Debug)]
pub struct Report {
    bench: &'static str,
    /// The day and the machine, as they were at the start.
    machine: String,
    peers: String,
    goals: Vec<Goal>,
    body: String,
}

#[derive(Debug)]
struct Goal {
    what: String,
    bound: String,
    measured: String,
    is_met: bool,
}

impl Report {
    /// Begins a report: before anything is measured, since it says how busy the machine was.
    pub fn new(bench: &'static str, peers_compared: &[&str]) -> Report {
        Report {
            bench,
            machine: machine(),
            peers: peers(peers_compared),
            goals: Vec::new(),
            body: String::new(),
        }
    }

    /// Takes what was to be reached, and what was.
    pub fn goal(
        &mut self,
        what: impl Into<String>,
        bound: impl Into<String>,
        measured: impl Into<String>,
        is_met: bool,
    ) {
        self.goals.push(Goal {
            what: what.into(),
            bound: bound.into(),
            measured: measured.into(),
            is_met,
        });
    }

    /// Prints the report, and keeps it in `RESULTS.md` unless it is a smoke run.
    ///
    /// # Errors
    ///
    /// If the file can't be read or written, or has only one of two marks.
    pub fn finish(self) -> Result<(), Error> {
        let section = self.to_string();
        println!("{section}");
        if is_quick() {
            return Ok(());
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("RESULTS.md");
        let old = fs::read_to_string(&path)?;
        let rows: Vec<String> = self.goals.iter().map(|goal| goal.row(self.bench)).collect();
        let summary = merged(
            between(&old, SUMMARY)?.unwrap_or_default(),
            self.bench,
            rows,
        );
        let new = replaced(&old, SUMMARY, &summary)?;
        fs::write(path, replaced(&new, self.bench, &section)?)?;
        Ok(())
    }
}

impl fmt::Write for Report {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.body.write_str(text)
    }
}

/// The whole section, in Markdown.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.machine)?;
        if !self.peers.is_empty() {
            writeln!(f, "\n{}.", self.peers)?;
        }
        if !self.goals.is_empty() {
            writeln!(
                f,
                "\n| what | to reach | measured | reached |\n|---|---|---|---|"
            )?;
        }
        for goal in &self.goals {
            writeln!(f, "| {} |", goal.cells())?;
        }
        write!(f, "\n{}\n", self.body.trim())
    }
}

impl Goal {
    fn cells(&self) -> String {
        let reached = if self.is_met { "yes" } else { "**no**" };
        format!(
            "{} | {} | {} | {reached}",
            self.what, self.bound, self.measured
        )
    }

    fn row(&self, bench: &str) -> String {
        format!("| `{bench}` | {} |", self.cells())
    }
}

/// Puts the rows of one benchmark in the place of its old ones.
fn merged(old: &str, bench: &str, rows: Vec<String>) -> String {
    let bench_of = |row: &str| row.split('`').nth(1).unwrap_or_default().to_owned();
    let old_rows = old.lines().filter(|line| line.starts_with("| `"));
    let mut all: Vec<String> = old_rows
        .filter(|row| bench_of(row) != bench)
        .map(str::to_owned)
        .chain(rows)
        .collect();
    // A stable sort: the rows of one benchmark keep their order.
    all.sort_by_key(|row| {
        let bench = bench_of(row);
        let position = BENCHES.iter().position(|known| *known == bench);
        position.unwrap_or(BENCHES.len())
    });
    let mut table = SUMMARY_HEAD.to_owned();
    for row in all {
        let _ = writeln!(table, "{row}"); // A string takes everything.
    }
    table
}

/// Returns what is between the marks of a name, none if there are no marks.
fn between<'a>(text: &'a str, name: &str) -> Result<Option<&'a str>, Error> {
    let (begin, end) = marks(name);
    match text.split_once(&begin) {
        None => Ok(None),
        Some((_, rest)) => match rest.split_once(&end) {
            Some((inside, _)) => Ok(Some(inside)),
            None => Err(format!("RESULTS.md has `{begin}` without `{end}` after it").into()),
        },
    }
}

/// Puts a text between the marks of a name, at the end of the whole if there are none.
fn replaced(text: &str, name: &str, new: &str) -> Result<String, Error> {
    let (begin, end) = marks(name);
    let new = format!("{begin}\n{}\n{end}", new.trim());
    Ok(match between(text, name)? {
        Some(old) => text.replacen(&format!("{begin}{old}{end}"), &new, 1),
        None => format!("{}\n\n## `{name}`\n\n{new}\n", text.trim_end()),
    })
}

fn marks(name: &str) -> (String, String) {
    (
        format!("<!-- {name}: measured -->"),
        format!("<!-- {name}: end -->"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "# All\n\n<!-- idle: measured -->\nold\n<!-- idle: end -->\n\nby hand\n";

    #[test]
    fn a_section_is_put_between_its_marks() {
        let new = replaced(OLD, "idle", "new").unwrap();
        assert_eq!(new, OLD.replace("old", "new"));
    }

    #[test]
    fn a_section_without_marks_goes_to_the_end() {
        let new = replaced(OLD, "firing", "new").unwrap();
        let added = "\n## `firing`\n\n<!-- firing: measured -->\nnew\n<!-- firing: end -->\n";
        assert_eq!(new, format!("{OLD}{added}"));
    }

    #[test]
    fn a_mark_without_the_other_is_refused() {
        assert!(replaced("<!-- idle: measured -->", "idle", "new").is_err());
    }

    #[test]
    fn rows_of_one_benchmark_replace_its_old_ones_in_the_order_of_all() {
        let old = "| `firing` | old |\n| `cron` | old |\n";
        let rows = |rows: &[&str]| rows.iter().map(|&row| row.to_owned()).collect();
        let new = merged(
            old,
            "firing",
            rows(&["| `firing` | 1 |", "| `firing` | 2 |"]),
        );
        let new = merged(&new, "idle", rows(&["| `idle` | 3 |"]));
        let expected = "| `idle` | 3 |\n| `firing` | 1 |\n| `firing` | 2 |\n| `cron` | old |\n";
        assert_eq!(new, format!("{SUMMARY_HEAD}{expected}"));
    }
}
