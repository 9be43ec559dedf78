//! Pure reading of catalog descriptors.
