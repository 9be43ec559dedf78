//! What must hold of the workspace as a whole, whatever it does.

mod architecture;
mod fuzz;
