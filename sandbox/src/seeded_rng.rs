//! Seeded random numbers: the same seed and the same names always give the same numbers.
//!
//! Generators of different names share no state, so any part of the simulation can be computed
//! without the parts before it.

use fastrand::Rng;

use crate::moment::Moment;

/// A random number generator for one item of the simulation.
#[derive(Debug)]
pub(crate) struct SeededRng(Rng);

impl SeededRng {
    /// Returns the generator of the item that `what` and `which` name.
    pub(crate) fn of(seed: u64, what: &str, which: &[u64]) -> Self {
        let named = what.bytes().fold(mix(seed), |state, byte| mix(state ^ u64::from(byte)));
        Self(Rng::with_seed(which.iter().fold(named, |state, part| mix(state ^ *part))))
    }

    /// Returns a number in the range `from..to`.
    pub(crate) fn between(&mut self, from: u64, to: u64) -> u64 {
        self.0.u64(from..to)
    }

    /// Returns `true` with a probability of `percent` in a hundred.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.between(0, 100) < percent
    }

    /// Picks one of `choices`, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.0.usize(..choices.len())]
    }

    /// Picks one of `choices`, or returns `None` if there are none.
    pub(crate) fn pick_any<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        if choices.is_empty() {
            return None;
        }
        choices.get(usize::try_from(self.between(0, choices.len() as u64)).ok()?)
    }

    /// Shuffles `items`.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        self.0.shuffle(items);
    }

    /// Returns `length` lower-case hexadecimal digits.
    pub(crate) fn hex(&mut self, length: usize) -> String {
        self.letters(b"0123456789abcdef", length)
    }

    /// Returns `length` decimal digits, the first of them not zero.
    pub(crate) fn digits(&mut self, length: usize) -> String {
        let first = self.letters(b"123456789", 1);
        first + &self.letters(b"0123456789", length - 1)
    }

    /// Returns `length` letters and digits, as in the id of an ECS service deployment.
    pub(crate) fn token(&mut self, length: usize) -> String {
        self.letters(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length)
    }

    /// Returns a UUID in its usual spelling.
    pub(crate) fn uuid(&mut self) -> String {
        let hex = self.hex(30);
        format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[12..15], &hex[15..18], &hex[18..30])
    }

    /// Returns a `UUIDv7` that was made at `moment`, as the trucks API makes them.
    pub(crate) fn uuid_of(&mut self, moment: Moment) -> String {
        let (time, hex) = (format!("{:012x}", moment.millis()), self.hex(18));
        format!("{}-{}-7{}-a{}-{}", &time[..8], &time[8..12], &hex[..3], &hex[3..6], &hex[6..])
    }

    fn letters(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length).map(|_| char::from(*self.pick(alphabet))).collect()
    }
}

/// The finaliser of `SplitMix64`: every input bit changes half of the output bits on average.
///
/// The hashers of the standard library may change with the version of Rust, and the simulation with them.
const fn mix(input: u64) -> u64 {
    let mut z = input.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_give_equal_numbers() {
        let throw = |which: &[u64]| SeededRng::of(7, "commit", which).hex(40);
        assert_eq!(throw(&[1, 2]), throw(&[1, 2]));
        assert_ne!(throw(&[1, 2]), throw(&[2, 1]));
        assert_eq!(SeededRng::of(7, "id", &[]).uuid().len(), 36);
        let begins = SeededRng::of(7, "id", &[]).uuid_of(Moment::from_millis(1_763_890_496_250));
        assert!(begins.starts_with("019ab011-02fa-7") && begins.len() == 36, "{begins}");
    }
}
