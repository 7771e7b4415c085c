//! `check`: every problem, for people and for CI.

use std::io;

use serde::Serialize;

use crate::{
    cli::{FAILURE, SUCCESS, Scene, output::Output, words},
    detail::TaskDetail,
    error::Error,
};

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Check {
    /// Let warnings count as problems
    #[arg(long)]
    strict: bool,
    /// Write an object of `ok`, `tasks`, `problems` and `warnings`
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    ok: bool,
    tasks: usize,
    problems: Vec<String>,
    warnings: Vec<String>,
}

impl Check {
    pub(super) fn show(&self, scene: &Scene<'_>, output: &mut Output<'_>) -> io::Result<u8> {
        let report = self.report(scene);
        let code = if report.ok { SUCCESS } else { FAILURE };
        if self.json {
            output.json(&report)?;
            return Ok(code);
        }
        for problem in &report.problems {
            output.remark(&format!("problem: {problem}"))?;
        }
        for warning in &report.warnings {
            output.remark(&format!("warning: {warning}"))?;
        }
        output.line(&report.summary())?;
        Ok(code)
    }

    fn report(&self, scene: &Scene<'_>) -> Report {
        let problems = match scene.manager.check() {
            Ok(()) => Vec::new(),
            Err(error) => error.problems().into_iter().map(Error::to_string).collect(),
        };
        let tasks = scene.manager.tasks_detail();
        let mut warnings: Vec<_> = tasks.iter().flat_map(warnings_of).collect();
        if tasks.is_empty() && problems.is_empty() {
            warnings.push(
                "there is no task: if there should be, name them in `task::register!`, since the \
                 linker may have left out their crate"
                    .to_owned(),
            );
        }
        Report {
            ok: problems.is_empty() && (warnings.is_empty() || !self.strict),
            tasks: tasks.len(),
            problems,
            warnings,
        }
    }
}

impl Report {
    fn summary(&self) -> String {
        let n = |list: &[String], thing| words::count(list.len() as u64, thing);
        let mut text = words::count(self.tasks as u64, "task");
        if self.problems.is_empty() {
            text += ", no problem";
        } else {
            text = format!("{text}, {}", n(&self.problems, "problem"));
        }
        if !self.warnings.is_empty() {
            text = format!("{text}, {}", n(&self.warnings, "warning"));
        }
        text
    }
}

/// Returns which jobs of a task will not fire any more.
fn warnings_of(task: &TaskDetail) -> Vec<String> {
    if task.running {
        // A delay is planned when the run ends.
        return Vec::new();
    }
    let over = task.jobs.iter().filter(|job| job.next_run.is_none());
    over.map(|job| {
        let (name, place, schedule) = (&task.name, &task.location, &job.schedule);
        format!("the task `{name}` at {place} has no next run: nothing of `{schedule}` is to come")
    })
    .collect()
}
