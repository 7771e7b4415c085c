//! `run`: runs tasks by hand, and waits for them.

use std::io;

use serde::Serialize;

use crate::{
    cli::{
        FAILURE, SUCCESS, Scene, USAGE,
        output::{Output, quietly},
        words,
    },
    detail::RunDetail,
    error::Error,
    function::TaskFunction,
};

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Run {
    /// The names of the tasks, as `list` shows them
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    /// Write an array of the runs
    #[arg(long)]
    json: bool,
}

/// What came of one name.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Done {
    Run {
        task: String,
        #[serde(flatten)]
        run: Box<RunDetail>,
    },
    NotRun {
        task: String,
        error: String,
    },
}

impl Run {
    pub(super) fn show(&self, scene: &Scene<'_>, output: &mut Output<'_>) -> io::Result<u8> {
        let Some(tasks) = self.tasks(scene, output)? else {
            return Ok(USAGE);
        };
        let mut all = Vec::new();
        for task in &tasks {
            let done = run(task);
            if !self.json {
                // Who reads it may have gone: the other tasks run all the same.
                quietly(done.show(output), ())?;
            }
            all.push(done);
        }
        if self.json {
            quietly(output.json(&all), ())?;
        }
        // The worst one counts: they are in that order.
        Ok(all.iter().map(Done::code).max().unwrap_or(SUCCESS))
    }

    /// Finds all tasks before it runs any, or says which of them there are not.
    fn tasks(
        &self,
        scene: &Scene<'_>,
        output: &mut Output<'_>,
    ) -> io::Result<Option<Vec<TaskFunction>>> {
        let mut tasks = Vec::new();
        let mut errors = Vec::new();
        for name in &self.names {
            match scene.manager.named(name) {
                Ok(task) => tasks.push(task),
                Err(error) => errors.push((name, error)),
            }
        }
        if errors.is_empty() {
            return Ok(Some(tasks));
        }
        if self.json {
            let all: Vec<_> = errors
                .iter()
                .map(|(name, error)| Done::not_run(name, error))
                .collect();
            output.json(&all)?;
        }
        for (_, error) in &errors {
            output.remark(&format!("error: {error}"))?;
        }
        if let Err(error) = scene.manager.check() {
            // A task that has one is none.
            let problems = words::count(error.problems().len() as u64, "problem");
            output.remark(&format!("there are tasks with {problems}: see `check`"))?;
        }
        Ok(None)
    }
}

fn run(task: &TaskFunction) -> Done {
    // Who waits drives the timeout and the further attempts.
    match task.run_now().and_then(|run| run.wait()) {
        Ok(run) => Done::Run {
            task: run.task().to_owned(),
            run: Box::new(RunDetail::new(&run)),
        },
        Err(error) => Done::not_run(task.name(), &error),
    }
}

impl Done {
    fn not_run(task: &str, error: &Error) -> Done {
        Done::NotRun {
            task: task.to_owned(),
            error: error.to_string(),
        }
    }

    fn show(&self, output: &mut Output<'_>) -> io::Result<()> {
        match self {
            Done::Run { task, run } => {
                let attempts = words::count(run.attempt.into(), "attempt");
                let (outcome, seconds) = (&run.outcome, run.duration.as_secs_f64());
                output.line(&format!("{task} {outcome} ({seconds:.3} s, {attempts})"))
            }
            Done::NotRun { error, .. } => output.remark(&format!("error: {error}")),
        }
    }

    fn code(&self) -> u8 {
        match self {
            Done::Run { run, .. } if run.outcome.is_success() => SUCCESS,
            Done::Run { .. } => FAILURE,
            Done::NotRun { .. } => USAGE,
        }
    }
}
