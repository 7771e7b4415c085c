//! Medians, and turns: a machine that does other things does them to all.

use crate::Error;

/// What one case has given, turn by turn.
#[derive(Clone, Debug, Default)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// Takes the value of another turn.
    pub fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    /// Returns the value of a turn; `NaN` if there was none.
    pub fn at(&self, turn: usize) -> f64 {
        self.0.get(turn).copied().unwrap_or(f64::NAN)
    }

    /// Returns the median; of an even number of values, the upper one in the middle.
    /// `NaN` if there is none.
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// Returns the value below which this part of all values lies: 0.99 for p99.
    pub fn quantile(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let index = (sorted.len() as f64 * part) as usize;
        let last = sorted.len().saturating_sub(1);
        sorted.get(index.min(last)).copied().unwrap_or(f64::NAN)
    }

    /// Returns the ratios to another case, each to that of the same turn.
    ///
    /// Their median is less moved by a busy moment than the ratio of the medians.
    #[must_use]
    pub fn ratios_to(&self, other: &Samples) -> Samples {
        let pairs = self.0.iter().zip(&other.0);
        Samples(pairs.map(|(own, other)| own / other).collect())
    }
}

impl FromIterator<f64> for Samples {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Samples {
        Samples(values.into_iter().collect())
    }
}

/// Measures each of `n` cases once a turn, and returns what each has given.
///
/// Each second turn goes backwards, so that nobody is always the first.
///
/// # Errors
///
/// The first that a measurement ends with.
pub fn in_turns(
    turns: usize,
    n: usize,
    mut measure: impl FnMut(usize) -> Result<f64, Error>,
) -> Result<Vec<Samples>, Error> {
    let mut all = vec![Samples::default(); n];
    for turn in 0..turns {
        for i in 0..n {
            let i = if turn % 2 == 0 { i } else { n - 1 - i };
            all[i].push(measure(i)?);
        }
    }
    Ok(all)
}
