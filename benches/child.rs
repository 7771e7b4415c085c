//! One case in a process of its own.
//!
//! Memory that others gave back, threads that still run and the start of the program would
//! be counted to whoever is measured. So a benchmark starts itself, with the words that
//! name the case, and reads the one line that the child prints.

use std::{
    env,
    ffi::OsStr,
    io,
    process::{Child, Command, Output, Stdio},
};

use crate::Error;

/// What comes before the words of a case.
const CASE: &str = "--case";

/// Returns the words that name a case, if this process is to measure one.
pub fn case() -> Option<Vec<String>> {
    let mut arguments = env::args().skip(1);
    (arguments.next()? == CASE).then(|| arguments.collect())
}

/// Starts this program again for a case, and returns the numbers that it prints.
///
/// # Errors
///
/// If the child fails, with what it has written, or prints something else than numbers.
pub fn run_case<S: AsRef<OsStr>>(words: &[S]) -> Result<Vec<f64>, Error> {
    start_case(words)?.finish()
}

/// Starts this program again for a case, beside others that are measured meanwhile.
///
/// # Errors
///
/// If there is no other process to be had.
pub fn start_case<S: AsRef<OsStr>>(words: &[S]) -> Result<Measured, Error> {
    let mut command = Command::new(env::current_exe()?);
    command.arg(CASE).args(words);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let child = command.stderr(Stdio::piped()).spawn()?;
    let words = words.iter().map(|word| word.as_ref().to_string_lossy());
    let name = words.collect::<Vec<_>>().join(" ");
    Ok(Measured { child, name })
}

/// A child that measures.
#[derive(Debug)]
pub struct Measured {
    child: Child,
    name: String,
}

impl Measured {
    /// Waits for its end, and returns the numbers that it has printed.
    ///
    /// # Errors
    ///
    /// If it has failed, with what it has written, or printed something else than numbers.
    pub fn finish(self) -> Result<Vec<f64>, Error> {
        let name = self.name;
        let output = checked(self.child.wait_with_output()?);
        let output = output.map_err(|error| format!("{name}: {error}"))?;
        let line = String::from_utf8(output.stdout)?;
        let numbers: Result<_, _> = line.split_whitespace().map(str::parse).collect();
        numbers.map_err(|_| format!("{name}: expected numbers, got `{}`", line.trim()).into())
    }
}

/// Counts the instructions of a case from its start to its end, with `valgrind`.
///
/// What two sizes of one case both do, the start above all, cancels out in the difference.
/// `None` if there is no valgrind.
///
/// # Errors
///
/// If the child fails, or nothing was counted.
pub fn instructions_of_case<S: AsRef<OsStr>>(words: &[S]) -> Result<Option<f64>, Error> {
    let mut command = Command::new(env::current_exe()?);
    command.arg(CASE).args(words);
    instructions(&command)
}

/// Counts the instructions of a whole run of a program, with `valgrind`.
///
/// `None` if there is no valgrind.
///
/// # Errors
///
/// If the program fails, or nothing was counted.
pub fn instructions(program: &Command) -> Result<Option<f64>, Error> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg(program.get_program()).args(program.get_args());
    let output = match command.output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        output => checked(output?)?,
    };
    let text = String::from_utf8(output.stderr)?;
    let line = text
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let (_, number) = line.ok_or("valgrind has counted nothing")?;
    Ok(Some(number.trim().parse()?))
}

fn checked(output: Output) -> Result<Output, Error> {
    if output.status.success() {
        return Ok(output);
    }
    let error = String::from_utf8_lossy(&output.stderr);
    Err(format!("{}: {}", output.status, error.trim()).into())
}
