//! A place between two lines, which is what every token of CloudWatch Logs stands for.

use crate::log::Line;
use crate::moment::Moment;

use super::super::AwsError;

/// A place and the direction in which to read on from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) at: Moment,
    /// Arrival and id of the line that was shown last, if the place is beside a line.
    pub(super) last: Option<(Moment, String)>,
    pub(super) forwards: bool,
}

impl Cursor {
    /// Returns the place in front of the first line at this moment.
    pub(super) fn at(at: Moment, forwards: bool) -> Self {
        Self { at, last: None, forwards }
    }

    /// Returns the place beside a line, behind it in the direction of reading.
    pub(super) fn beside(line: &Line, forwards: bool) -> Self {
        Self { at: line.at, last: Some((line.ingested_at, line.id.clone())), forwards }
    }

    /// Returns the same place, to be read from in the given direction.
    pub(super) fn facing(&self, forwards: bool) -> Self {
        Self { forwards, ..self.clone() }
    }

    /// Says whether a line comes after this place, in the direction of reading.
    pub(super) fn leads_to(&self, line: &Line) -> bool {
        let Some((ingested_at, id)) = &self.last else {
            return if self.forwards { self.at <= line.at } else { line.at < self.at };
        };
        let (here, there) = ((self.at, *ingested_at, id), (line.at, line.ingested_at, &line.id));
        if self.forwards { here < there } else { there < here }
    }

    pub(super) fn write(&self) -> String {
        let direction = if self.forwards { 'f' } else { 'b' };
        let (ingested_at, id) = self.last.as_ref().map_or((0, ""), |(at, id)| (at.millis(), id.as_str()));
        format!("{direction}/{}/{ingested_at}/{id}", self.at.millis())
    }

    pub(super) fn read(token: &str) -> Result<Self, AwsError> {
        let parts = token.split('/').collect::<Vec<_>>();
        let cursor = match parts[..] {
            [direction @ ("f" | "b"), at, ingested_at, id] => {
                at.parse().ok().zip(ingested_at.parse().ok()).map(|(at, ingested_at)| Self {
                    at: Moment::from_millis(at),
                    last: (!id.is_empty()).then(|| (Moment::from_millis(ingested_at), id.to_owned())),
                    forwards: direction == "f",
                })
            }
            _ => None,
        };
        cursor.ok_or_else(|| AwsError::parameter("The specified nextToken is invalid."))
    }
}
