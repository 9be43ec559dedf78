//! Rules for the workspace as a whole.

mod architecture;
mod fuzz;
