//! Cron, windows, clock changes, and what becomes of missed fires.

use super::{FUNCTION, applied, check_options, expand, refusals, sentence};

#[track_caller]
fn check_text(arguments: &str, expected: &str) {
    let applied = applied(arguments);
    assert!(
        applied.iter().any(|text| text == expected),
        "{arguments}: no {expected:?} in {applied:?}"
    );
}

#[test]
fn cron_is_one_more_way_to_say_when() {
    check_text("cron = \"0 9 * * MON-FRI\"", "cron 0 9 * * mon-fri");
    check_text("cron = [\"@every 90s\", \"@daily\"]", "every 1m 30s");
    check_text(
        "cron = \"30 8 1 * *\", timezone = \"UTC\", until = \"2126-12-24\"",
        "cron 30 8 1 * * until 2126-12-24 00:00 in UTC",
    );
    check_text("schedule = \"cron 0 9 * * *\"", "cron 0 9 * * *");
    for (arguments, part) in [
        ("cron = \"0 9 * *\"", "field"),
        ("cron = \"61 * * * *\"", "0 to 59"),
        (
            "cron = [\"0 0 * * *\", \"@daily\"]",
            "the schedule `cron 0 0 * * *` is given twice",
        ),
        (
            "cron = \"@every 30s\", every = \"30s\"",
            "the schedule `every 30s` is given twice",
        ),
        (
            "cron = \"*/5 * * * *\", jitter = \"5m\"",
            "a jitter of 5m is too long for `cron */5 * * * *`",
        ),
        (
            "cron = \"@daily\", aligned",
            "only a plain interval can be `aligned`",
        ),
        (
            "cron = \"@daily\", cron = \"@hourly\"",
            "`cron` is given twice: write one list",
        ),
    ] {
        let messages = refusals(arguments);
        assert_eq!(messages.len(), 1, "{arguments}: {messages:#?}");
        assert!(messages[0].contains(part), "{arguments}: {messages:#?}");
    }
}

#[test]
fn limits_are_applied_to_the_texts_of_schedules() {
    let window = "between = \"09:00 to 17:00\", days = \"Monday to Friday\"";
    check_text(
        &format!("every = \"10m\", timezone = \"UTC\", {window}"),
        "every 10m between 09:00 and 17:00 on mon-fri in UTC",
    );
    check_text(
        &format!("delay = \"10m\", until = \"1h\", {window}"),
        "delay 10m between 09:00 and 17:00 on mon-fri for 1h",
    );
    check_text(
        &format!("every = \"10m\", aligned, {window}"),
        "every 10m aligned between 09:00 and 17:00 on mon-fri",
    );
    check_text(
        "every = \"day at 02:30\", gap = \"skip\", fold = \"both\"",
        "every day at 02:30 gap skip fold both",
    );
    // Only where it has an effect.
    let clock = "every = [\"1h\", \"day at 02:30\"], at = \"2126-12-24 02:30\", fold = \"both\"";
    check_text(clock, "every 1h");
    check_text(clock, "every day at 02:30 fold both");
    check_text(clock, "at 2126-12-24 02:30");
    // Where the option is for another schedule of the text's own kind.
    check_text(
        "every = \"day at 10:30 gap skip\", fold = \"last\"",
        "every day at 10:30 gap skip fold last",
    );
    check_text(
        "every = \"1h between 09:00 and 17:00\", days = \"weekend\"",
        "every 1h between 09:00 and 17:00 on sat, sun",
    );
}

#[test]
fn the_definition_holds_the_canonical_texts() {
    let output = expand(
        "schedule = every(1).day(), between = \"22:00 and 06:00\", days = \"weekend\", \
         gap = \"Shift\", fold = \"last\", missed = \"skip\", grace = \"90s\"",
        FUNCTION,
    );
    check_options(
        &output,
        &[
            ("Between", "22:00 to 06:00"),
            ("Days", "sat, sun"),
            ("Gap", "shift"),
            ("Fold", "last"),
        ],
    );
    let compact = output.replace(' ', "");
    for option in [
        "OptionDef::Missed(::task::Missed::Skip)",
        "OptionDef::Grace(::core::time::Duration::new(90u64,0u32))",
    ] {
        assert!(compact.contains(option), "{option} in {compact}");
    }
    let output = expand("every = \"1h\"", FUNCTION);
    assert!(!output.contains("OptionDef"), "{output}");
}

#[test]
fn a_limit_that_cannot_be_meant_is_refused_once() {
    #[track_caller]
    fn check(arguments: &str, expected: &str) {
        assert_eq!(refusals(arguments), [expected], "{arguments}");
    }
    check(
        "every = \"day at 10:30\", between = \"12:00 to 13:00\"",
        "`every day at 10:30` is never within `12:00 to 13:00`",
    );
    check(
        "every = \"sunday\", days = \"mon-fri\"",
        "`every sunday` is never on `mon-fri`",
    );
    check(
        "at = \"2126-12-24 18:00\", days = \"mon-fri\"",
        "`at 2126-12-24 18:00` happens once, `days` has no effect on it",
    );
    check(
        "every = \"1h between 09:00 and 17:00\", between = \"10:00 to 12:00\"",
        "`every 1h between 09:00 and 17:00` already says between which hours",
    );
    check(
        "every = [\"1h on mon\", \"30m\"], days = \"mon-fri\"",
        "`every 1h on mon` already says on which days",
    );
    check(
        "every = \"day at 02:30 gap after\", gap = \"skip\"",
        "`day at 02:30 gap after` already says its `gap`",
    );
    check(
        "at = \"2126-12-24 18:00\", fold = \"both\"",
        "`at 2126-12-24 18:00` happens once, `fold` cannot be `both`",
    );
    check(
        "every = [\"1h\", \"hour at :15\"], gap = \"skip\"",
        "`gap` means nothing to `every 1h`, which has no wall-clock time of day\n\
         `gap` means nothing to `every hour at :15`, which has no wall-clock time of day",
    );
    check(
        "every = \"1h\", between = \"09:00 to 17:00\", until = \"5m\"",
        "`every 1h` would never run: it ends before its first run",
    );
    // What is not known yet may be what it is for.
    for arguments in [
        "every = \"1h\", schedule = every(1).day(), gap = \"skip\"",
        "every = \"1h\", between = \"09:00 to 17:00\", timezone = \"UTC\"",
    ] {
        assert_eq!(refusals(arguments), [""; 0], "{arguments}");
    }
    check(
        "every = [\"1h\", \"day at 24:00\"], gap = \"skip\"",
        &refusals("every = \"day at 24:00\"")[0],
    );
}

#[test]
fn what_becomes_of_missed_fires_is_said_where_some_can_be_missed() {
    const GRACE: &str = "`grace` has no effect: it goes with `missed = \"skip\"`";
    #[track_caller]
    fn check(arguments: &str, expected: &[&str]) {
        assert_eq!(refusals(arguments), expected, "{arguments}");
    }
    check("every = \"1h\", missed = \"skip\", grace = \"1m\"", &[]);
    check("at = \"2126-12-24 18:00\", missed = \"skip\"", &[]);
    check("delay = \"1h\", every = \"1h\", missed = \"all\"", &[]);
    check("every = \"1h\", grace = \"1m\"", &[GRACE]);
    check("every = \"1h\", grace = \"1m\", missed = \"all\"", &[GRACE]);
    let delay = "`missed` has no effect: a delay misses nothing";
    check("delay = [\"1h\", \"2h\"], missed = \"once\"", &[delay]);
    // A mistake is not blamed twice.
    let unread = "`missed` cannot be `skp`, did you mean `skip`?";
    check(
        "every = \"1h\", missed = \"skp\", grace = \"1m\"",
        &[unread],
    );
    check(
        "every = \"1h\", missed = \"never\"",
        &["`missed` cannot be `never`, write `once`, `skip` or `all`"],
    );
    for arguments in ["mised = \"skip\"", "missed", "missed ="] {
        let messages = refusals(&format!("every = \"1h\", grace = \"1m\", {arguments}"));
        assert_eq!(messages.len(), 1, "{arguments}: {messages:#?}");
    }
}

#[test]
fn the_sentence_says_them() {
    #[track_caller]
    fn check(arguments: &str, expected: &str) {
        assert_eq!(sentence(arguments), expected, "{arguments}");
    }
    check(
        "every = \"10m\", between = \"09:00 to 17:00\", days = \"mon-fri\", threaded",
        "Runs every 10 minutes, from 09:00 to 17:00, Monday to Friday, on a worker thread.",
    );
    check(
        "every = \"day at 02:30\", gap = \"skip\", missed = \"all\"",
        "Runs every day at 02:30, skipped when the clock is set forward over it. \
         Each fire that was missed is made up for.",
    );
    check(
        "every = \"1h\", missed = \"skip\", grace = \"90s\", max_runs = 3",
        "Runs every hour. Fires that are more than 90s late are skipped. Ends after 3 runs.",
    );
    check(
        "schedule = every(1).day(), between = \"09:00 to 17:00\", fold = \"both\", missed = \"once\"",
        "Runs on the schedule `every (1) . day ()`, from 09:00 to 17:00, \
         both times when the clock is set back over it. \
         One run stands for all fires that were missed.",
    );
}
