//! Where it was measured, and with what: all asked for at run time.

use std::{env, fs, path::Path, process::Command, thread};

/// Returns the day, the machine and the compiler in one line, without any name of a host.
pub fn machine() -> String {
    let day = chrono::Utc::now().format("%Y-%m-%d");
    let n_cores = thread::available_parallelism().map_or(0, Into::into);
    let processor = processor().unwrap_or_else(|| env::consts::ARCH.to_owned());
    let os = env::consts::OS;
    let load = load().map_or_else(String::new, |load| format!(", load {load} at the start"));
    let rustc = said_by("rustc", &["--version"]).unwrap_or_else(|| "an unknown rustc".to_owned());
    format!("On {day}: {processor}, {n_cores} cores, {os}{load}; {rustc}.")
}

/// Returns the versions of crates that are built in, as the lock file has them.
pub fn peers(names: &[&str]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let lock = fs::read_to_string(path).unwrap_or_default();
    let known = names.iter().map(|name| match version(&lock, name) {
        Some(version) => format!("{name} {version}"),
        None => format!("{name} (version unknown)"),
    });
    known.collect::<Vec<_>>().join(", ")
}

/// Returns the version of a package, that which this one depends on if there are several.
fn version<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let own = packages(lock).find(|package| field(package, "name") == Some("task-benches"));
    let several = own.and_then(|own| {
        let mut words = own.lines().map(|line| line.trim().trim_matches(['"', ',']));
        words.find_map(|words| words.strip_prefix(name)?.strip_prefix(' '))
    });
    let any = || {
        let package = packages(lock).find(|package| field(package, "name") == Some(name));
        package.and_then(|package| field(package, "version"))
    };
    several.or_else(any)
}

fn packages(lock: &str) -> impl Iterator<Item = &str> {
    lock.split("[[package]]").skip(1)
}

fn field<'a>(package: &'a str, key: &str) -> Option<&'a str> {
    package.lines().find_map(|line| {
        let value = line.strip_prefix(key)?.strip_prefix(" = ")?;
        Some(value.trim_matches('"'))
    })
}

fn processor() -> Option<String> {
    match fs::read_to_string("/proc/cpuinfo") {
        Ok(text) => {
            let line = text.lines().find(|line| line.starts_with("model name"))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        }
        Err(_) => said_by("sysctl", &["-n", "machdep.cpu.brand_string"]),
    }
}

/// Returns how many programs wanted to run in the last minute, where it is said.
fn load() -> Option<String> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    Some(text.split_whitespace().next()?.to_owned())
}

fn said_by(program: &str, arguments: &[&str]) -> Option<String> {
    // Where cargo has built this: the compiler may be that of a folder.
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

/// Returns the memory that this process has in use, in bytes. Only on Linux.
pub fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
