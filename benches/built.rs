//! Crates that a benchmark writes and has compiled.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::Error;

/// A package in a workspace of its own.
#[derive(Debug)]
pub struct Written {
    dir: PathBuf,
}

/// Returns where our crates are.
#[must_use]
pub fn sources() -> PathBuf {
    // The package lies in the workspace.
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}

impl Written {
    /// Writes a package with these dependencies, profiles, and sources: pairs of a path
    /// below `src` and a text. `folder` is the temporary folder of the benchmark.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub fn new(
        folder: &str,
        name: &str,
        manifest: &str,
        sources: &[(&str, String)],
    ) -> Result<Written, Error> {
        let dir = Path::new(folder).join(name);
        fs::create_dir_all(dir.join("src"))?;
        let head =
            format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        fs::write(
            dir.join("Cargo.toml"),
            format!("{head}\n[workspace]\n\n{manifest}"),
        )?;
        for (path, text) in sources {
            fs::write(dir.join("src").join(path), text)?;
        }
        Ok(Written { dir })
    }

    /// Runs a command of cargo on it, and returns what it has printed.
    ///
    /// # Errors
    ///
    /// If it fails, with what it has written.
    pub fn cargo(&self, words: &[&str], target: &Path) -> Result<String, Error> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(words)
            .current_dir(&self.dir)
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_INCREMENTAL", "0")
            .output()?;
        if output.status.success() {
            return Ok(String::from_utf8(output.stdout)?);
        }
        let error = String::from_utf8_lossy(&output.stderr);
        Err(format!("cargo {}: {}", words.join(" "), error.trim()).into())
    }

    /// The same, and returns the time that processors spent on it.
    ///
    /// # Errors
    ///
    /// If it fails, or the system doesn't say what its processes have spent.
    pub fn timed(&self, words: &[&str], target: &Path) -> Result<Duration, Error> {
        let before = spent_by_children()?;
        self.cargo(words, target)?;
        Ok(spent_by_children()?.saturating_sub(before))
    }

    /// Has the sources be compiled anew.
    ///
    /// # Errors
    ///
    /// If a file can't be written.
    pub fn touch(&self, path: &str) -> Result<(), Error> {
        let path = self.dir.join("src").join(path);
        let text = fs::read_to_string(&path)?;
        Ok(fs::write(&path, text + "\n")?)
    }
}

/// Returns what all processes that this one has started, and they themselves, have
/// spent. In steps of ten milliseconds; only on Linux.
fn spent_by_children() -> Result<Duration, Error> {
    const TICKS_A_SECOND: u64 = 100;
    let stat = fs::read_to_string("/proc/self/stat")
        .map_err(|_| "only Linux says what children have spent")?;
    // The name of the program, in parentheses, may hold anything.
    let (_, numbers) = stat.rsplit_once(')').ok_or("no name in /proc/self/stat")?;
    let numbers = numbers.split_whitespace().skip(13).take(2);
    let mut ticks = 0;
    for number in numbers {
        ticks += number.parse::<u64>()?;
    }
    Ok(Duration::from_millis(ticks * (1_000 / TICKS_A_SECOND)))
}
