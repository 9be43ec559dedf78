//! The truck model and what goes over the wire.
