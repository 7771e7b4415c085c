//! How the property tests draw their cases: the same in each run.

use proptest::test_runner::{Config, RngSeed};

/// So many cases, times the number in the environment variable `CASES_FACTOR`,
/// for a long run before a release.
pub(crate) fn config(cases: u32) -> Config {
    let factor = std::env::var("CASES_FACTOR").ok();
    let factor = factor.and_then(|factor| factor.parse().ok()).unwrap_or(1);
    Config {
        cases: cases.saturating_mul(factor),
        rng_seed: RngSeed::Fixed(20_260_301),
        failure_persistence: None,
        ..Config::default()
    }
}
