//! The trucks API.
