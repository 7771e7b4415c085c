//! What people read: the user's doc comment, and the sentence added to it.

use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};
use task_schedule::Schedule;

use crate::{
    check::Planned,
    limits,
    options::{Missed, Options, Start},
};

/// An expression longer than this is not quoted in the documentation.
const LONGEST_EXPR: usize = 80;

/// Returns the doc comment without its indentation, or an empty string.
pub(crate) fn description(attributes: &[Attribute]) -> String {
    let text: Vec<_> = attributes.iter().filter_map(doc_text).collect();
    let text = text.join("\n");
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let indent = lines()
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    let lines: Vec<_> = text
        .lines()
        .map(|line| line.get(indent..).unwrap_or_default().trim_end())
        .collect();
    lines.join("\n").trim().to_owned()
}

/// Returns the text of `#[doc = "..."]`, which is what `/// ...` stands for.
fn doc_text(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    match &meta.value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) if meta.path.is_ident("doc") => Some(plain_block(&text.value())),
        _ => None,
    }
}

/// Takes the column of stars off a comment that was written as a block.
fn plain_block(text: &str) -> String {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let mut plain = vec![first];
    for line in lines {
        let line = line.trim_start();
        match line.strip_prefix('*') {
            Some(line) => plain.push(line),
            None if line.is_empty() => plain.push(line),
            // Not a column of stars.
            None => return text.to_owned(),
        }
    }
    plain.join("\n")
}

/// Says in plain words what the attribute was understood to mean.
pub(crate) fn sentence(options: &Options, schedules: &[Planned]) -> String {
    let when: Vec<_> = schedules
        .iter()
        .map(|schedule| phrase(options, schedule))
        .collect();
    let mut text = match when.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, [first])) => format!("{first}, and {last}"),
        Some((last, others)) => format!("{}; and {last}", others.join("; ")),
        None => String::new(),
    };
    if options.threaded {
        if text.contains([',', ';']) || text.ends_with(')') {
            text.push(',');
        }
        text += " on a worker thread";
    }
    let mut text = format!("Runs {text}.");
    if let Some(start) = &options.start {
        match start.value {
            Start::Now => text += " The first run is at the start.",
            Start::After(_) => {
                let after = start.literal.value();
                text += &format!(" The first run is {after} after the start.");
            }
        }
    }
    if let Some(jitter) = &options.jitter {
        let jitter = jitter.literal.value();
        text += &format!(" Each run starts up to {jitter} late.");
    }
    text += &missed(options);
    match &options.max_runs {
        Some(max) if max.value == 1 => text += " Ends after one run.",
        Some(max) => text += &format!(" Ends after {} runs.", max.value),
        None => {}
    }
    if options.disabled {
        text += " Starts disabled.";
    }
    text
}

/// Says what becomes of the fires whose time has passed.
fn missed(options: &Options) -> String {
    let Some(missed) = &options.missed else {
        return String::new();
    };
    match (missed.value, &options.grace) {
        (Missed::Once, _) => " One run stands for all fires that were missed.".into(),
        (Missed::All, _) => " Each fire that was missed is made up for.".into(),
        (Missed::Skip, None) => " Fires that were missed are skipped.".into(),
        (Missed::Skip, Some(grace)) => {
            let grace = grace.literal.value();
            format!(" Fires that are more than {grace} late are skipped.")
        }
    }
}

/// Says when one schedule runs, as it goes on after "Runs".
fn phrase(options: &Options, schedule: &Planned) -> String {
    match schedule {
        Planned::Text(schedule) => {
            let text = schedule.describe();
            let mut chars = text.chars();
            match chars.next() {
                Some(first) => first.to_lowercase().chain(chars).collect(),
                None => text,
            }
        }
        Planned::Expr(expr) => {
            let text = expr.to_token_stream().to_string();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let limits = limits_in_words(options);
            if text.len() > LONGEST_EXPR || text.contains('`') {
                format!("on a schedule that the program computes{limits}")
            } else {
                format!("on the schedule `{text}`{limits}")
            }
        }
    }
}

/// Says what becomes of a schedule that is not known yet: `, from 09:00 to 17:00`.
fn limits_in_words(options: &Options) -> String {
    // Takes all of them, and says them behind its own name.
    let Ok(daily) = "every day".parse::<Schedule>() else {
        return String::new();
    };
    let name = daily.describe();
    let limited = limits::apply(options, daily).describe();
    limited.strip_prefix(&name).unwrap_or_default().to_owned()
}
