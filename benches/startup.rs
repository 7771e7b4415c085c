//! How long it takes to make a manager of all annotated functions.
//!
//! It writes a program of ten thousand and has it compiled. How to read what comes out:
//! `README.md`.

use std::{fmt::Write as _, path::Path, process::Command};

use task_benches::{Error, Report, Samples, Written, is_wanted, or_quick, sources};

const TASKS: usize = 10_000;
const A_MODULE: usize = 500;
const MOST: f64 = 20.0;

/// The times of several managers, in milliseconds.
const MAIN: &str = r#"
fn main() {
    for _ in 0..9 {
        let began = std::time::Instant::now();
        let manager = task::TaskManager::new();
        let spent = began.elapsed();
        assert_eq!(manager.tasks().len(), TASKS);
        println!("{}", spent.as_secs_f64() * 1_000.0);
    }
}
"#;

fn main() -> Result<(), Error> {
    if !is_wanted("startup") {
        return Ok(());
    }
    let mut report = Report::new("startup", &["inventory"]);
    let n = or_quick(TASKS, 500);
    let folder = env!("CARGO_TARGET_TMPDIR");
    let mut files = Vec::new();
    let mut main = format!("const TASKS: usize = {n};\n");
    for module in 0..n / A_MODULE {
        let mut text = String::new();
        for number in 0..A_MODULE {
            writeln!(text, "/// Does the work of number {number}.")?;
            writeln!(
                text,
                "#[task::task(every = \"{}s\", name = \"task {module} {number}\")]",
                30 + number
            )?;
            writeln!(text, "pub fn function_{number}() {{}}")?;
        }
        writeln!(main, "mod module_{module};")?;
        files.push((format!("module_{module}.rs"), text));
    }
    main.push_str(MAIN);
    files.push(("main.rs".to_owned(), main));
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.clone()))
        .collect();
    // The library as it is in a release; the functions are only to be there.
    let manifest = format!(
        "[dependencies]\ntask = {{ path = {:?} }}\n\n\
         [profile.dev]\ndebug = false\n\n[profile.dev.package.\"*\"]\nopt-level = 3\n",
        sources().join("task").display().to_string()
    );
    let written = Written::new(folder, "registered", &manifest, &files)?;
    let target = Path::new(folder).join("startup");
    written.cargo(&["build", "--quiet"], &target)?;
    let program = target.join("debug").join("registered");
    let program = program.with_extension(std::env::consts::EXE_EXTENSION);
    let mut first = Samples::default();
    let mut all = Samples::default();
    for _ in 0..or_quick(5, 1) {
        let output = Command::new(&program).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        let text = String::from_utf8(output.stdout)?;
        for (index, line) in text.lines().enumerate() {
            let spent: f64 = line.parse()?;
            if index == 0 {
                first.push(spent);
            }
            all.push(spent);
        }
    }
    report.goal(
        format!("`TaskManager::new()` with {n} registered tasks"),
        format!("in {MOST} ms"),
        format!("{:.1} ms", first.median()),
        first.median() <= MOST,
    );
    writeln!(
        report,
        "Each with a documentation comment, a name and an interval. The first manager of a \
         program takes {:.1} ms, and all nine of it {:.1} ms each.",
        first.median(),
        all.median()
    )?;
    report.finish()
}
