//! The status of a truck.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Says whether a truck can be driven.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum TruckStatus {
    /// In service, or ready for it.
    #[default]
    Active,
    /// In the workshop.
    Maintenance,
    /// Out of the fleet for good.
    Retired,
}

impl TruckStatus {
    /// Every status, in the order in which a truck has them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Maintenance, Self::Retired];

    /// Returns the name of the status on the wire, on the command line and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Maintenance => "maintenance",
            Self::Retired => "retired",
        }
    }
}

impl fmt::Display for TruckStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for TruckStatus {
    type Err = UnknownStatus;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == word)
            .ok_or_else(|| UnknownStatus { word: word.to_owned() })
    }
}

/// The error for a word that is not a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownStatus {
    /// The word that was given.
    pub word: String,
}

impl fmt::Display for UnknownStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no status of a truck: use active, maintenance or retired",
            self.word.escape_debug()
        )
    }
}

impl std::error::Error for UnknownStatus {}
