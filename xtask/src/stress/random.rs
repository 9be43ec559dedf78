//! Random choices that are the same for the same seed.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Mixes the seed of a round with a class name, so that classes are independent of each other.
pub(super) fn seed(round: u64, name: &str) -> u64 {
    let mut hash = DefaultHasher::new();
    (round, name).hash(&mut hash);
    hash.finish()
}

/// A source of random choices.
#[derive(Debug)]
pub(super) struct Random(fastrand::Rng);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// Returns a number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0.usize(..end.max(1))
    }

    /// Returns `true` once in `times` calls on average.
    pub(super) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(super) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// Returns up to `most` random bytes.
    pub(super) fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most + 1);
        (0..length).map(|_| self.0.u8(..)).collect()
    }

    /// Corrupts the bytes in a few places.
    pub(super) fn corrupt(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            let place = self.below(bytes.len());
            match self.below(4) {
                0 => bytes.insert(place, self.0.u8(..)),
                1 => bytes.truncate(place),
                2 if !bytes.is_empty() => bytes[place] = self.0.u8(..),
                _ => {
                    let copy = bytes[place..].iter().take(64).copied().collect::<Vec<_>>();
                    bytes.splice(place..place, copy);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_repeated_and_classes_differ() {
        let drawn = |seed| Random::new(seed).bytes(64);
        assert_eq!(drawn(seed(1, "a")), drawn(seed(1, "a")));
        assert_ne!(seed(1, "a"), seed(1, "b"));
    }
}
