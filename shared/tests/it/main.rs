//! What goes over the wire, as another program sees it.

mod arbitrary;
mod problems;
mod trucks;
