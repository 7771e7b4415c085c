//! What the attribute accepts, and what it says about everything else.
//!
//! One misuse a file, named after it, with the message beside it. To write the
//! messages anew: `TRYBUILD=overwrite cargo test -p task-tests --test ui`.

#[test]
fn accepted_attributes_run_and_refused_ones_say_why() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    cases.compile_fail("ui/fail/*.rs");
}
