//! `list`: each task, and how it is doing.

use std::io;

use crate::{
    cli::{
        SUCCESS, Scene,
        output::{Output, one_line},
        words,
    },
    detail::{JobDetail, TaskDetail},
};

#[derive(Clone, Debug, clap::Args)]
pub(super) struct List {
    /// Only the tasks that carry this tag
    #[arg(long)]
    tag: Option<String>,
    /// Write an array of all there is to know about each task
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) fn show(&self, scene: &Scene<'_>, output: &mut Output<'_>) -> io::Result<u8> {
        let mut tasks = scene.manager.tasks_detail();
        let is_empty = tasks.is_empty();
        if let Some(tag) = &self.tag {
            tasks.retain(|task| task.tags.contains(tag));
        }
        if self.json {
            output.json(&tasks)?;
        } else if is_empty {
            output.line(
                "no tasks: annotate a function with `#[task(...)]`, or add one with \
                 `TaskManager::add`",
            )?;
        } else if tasks.is_empty() {
            let tag = self.tag.as_deref().unwrap_or_default();
            output.line(&format!("no task has the tag `{tag}`"))?;
        } else {
            let heading = ["TASK", "SCHEDULE", "NEXT RUN", "LAST OUTCOME"].map(str::to_owned);
            let mut rows = vec![heading];
            rows.extend(tasks.iter().flat_map(|task| rows_of(task, scene)));
            output.table(&rows)?;
        }
        if let Err(error) = scene.manager.check() {
            let problems = words::count(error.problems().len() as u64, "problem");
            output.remark(&format!(
                "warning: there are tasks with {problems}: see `check`"
            ))?;
        }
        Ok(SUCCESS)
    }
}

/// Returns a row for each job; what is the task's stands in the first.
fn rows_of(task: &TaskDetail, scene: &Scene<'_>) -> Vec<[String; 4]> {
    let last = task.last.as_ref();
    let last = last.map_or_else(|| "-".to_owned(), |run| one_line(&run.outcome.to_string()));
    let mut rows: Vec<_> = task
        .jobs
        .iter()
        .map(|job| {
            let next = next_of(task, job, scene);
            [String::new(), job.description.clone(), next, String::new()]
        })
        .collect();
    if rows.is_empty() {
        // All its jobs were cancelled.
        rows.push([String::new(), "-".into(), "-".into(), String::new()]);
    }
    rows[0][0].clone_from(&task.name);
    rows[0][3] = last;
    rows
}

fn next_of(task: &TaskDetail, job: &JobDetail, scene: &Scene<'_>) -> String {
    match job.next_run {
        _ if !task.enabled => "disabled".to_owned(),
        None => "-".to_owned(),
        Some(next) => {
            let from_now = words::from_now(scene.now, next);
            format!("{}, {from_now}", scene.local(next))
        }
    }
}
