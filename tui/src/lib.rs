//! A developer portal in the terminal.
