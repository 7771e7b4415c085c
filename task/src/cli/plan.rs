//! `next` and `plan`: the fires to come.

use std::{collections::BTreeMap, io};

use chrono::{DateTime, Utc};

use crate::{
    cli::{SUCCESS, Scene, USAGE, moment::Moment, output::Output, words},
    plan::Fire,
};

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Next {
    /// How many
    #[arg(short, long = "number", value_name = "N", default_value_t = 20)]
    n: usize,
    /// Write an array of `fire_time`, `task` and `job`
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Plan {
    /// The beginning: `2026-12-24 18:00`, `2026-12-24`, `18:00`, RFC 3339, `now`, or a span from now such as `2h`
    #[arg(long, value_name = "WHEN", default_value = "now", value_parser = Moment::read)]
    from: Moment,
    /// The end, which is left out; a span counts from the beginning
    #[arg(long, value_name = "WHEN", default_value = "1d", value_parser = Moment::read)]
    to: Moment,
    /// Show so many at the most
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    limit: usize,
    /// Write an array of `fire_time`, `task` and `job`
    #[arg(long)]
    json: bool,
}

impl Next {
    pub(super) fn show(&self, scene: &Scene<'_>, output: &mut Output<'_>) -> io::Result<u8> {
        show(&scene.manager.upcoming(self.n), self.json, scene, output)?;
        Ok(SUCCESS)
    }
}

impl Plan {
    pub(super) fn show(&self, scene: &Scene<'_>, output: &mut Output<'_>) -> io::Result<u8> {
        let (from, to) = match self.range(scene) {
            Ok(range) => range,
            Err(reason) => {
                output.remark(&format!("error: {reason}"))?;
                return Ok(USAGE);
            }
        };
        let mut plan = scene.manager.plan(from..to);
        let fires: Vec<_> = plan.by_ref().take(self.limit).collect();
        show(&fires, self.json, scene, output)?;
        if let Some(next) = plan.next() {
            let limit = self.limit;
            let next = scene.local(next.fire_time());
            output.remark(&format!(
                "there are more than {limit}, the next one at {next}: raise `--limit` to see them"
            ))?;
        }
        Ok(SUCCESS)
    }

    fn range(&self, scene: &Scene<'_>) -> Result<(DateTime<Utc>, DateTime<Utc>), String> {
        let instant = |moment: Moment, start, key: &str| {
            let found = moment.instant(scene.zone, scene.now, start);
            found.ok_or_else(|| format!("`{key}` is beyond the end of time"))
        };
        let from = instant(self.from, scene.now, "--from")?;
        let to = instant(self.to, from, "--to")?;
        if to <= from {
            let [from, to] = [from, to].map(|t| scene.local(t));
            return Err(format!(
                "`--to` is {to}, and `--from` is {from}: expected an end after the beginning"
            ));
        }
        Ok((from, to))
    }
}

fn show(fires: &[Fire], json: bool, scene: &Scene<'_>, output: &mut Output<'_>) -> io::Result<()> {
    if json {
        return output.json(&fires);
    }
    if fires.is_empty() {
        return output.line("nothing will run");
    }
    let details = scene.manager.tasks_detail();
    let jobs: BTreeMap<_, _> = details
        .iter()
        .map(|task| (task.name.as_str(), &task.jobs))
        .collect();
    let row = |fire: &Fire| {
        let job = jobs.get(fire.task()).and_then(|jobs| jobs.get(fire.job()));
        [
            scene.local(fire.fire_time()),
            words::from_now(scene.now, fire.fire_time()),
            fire.task().to_owned(),
            // There is none if the task was removed this moment.
            job.map_or_else(String::new, |job| job.description.clone()),
        ]
    };
    let mut rows = vec![["FIRE TIME", "FROM NOW", "TASK", "SCHEDULE"].map(str::to_owned)];
    rows.extend(fires.iter().map(row));
    output.table(&rows)
}
