//! The part of a filter that the trucks service applies itself, to all its trucks.

use super::{Truck, TruckStatus};
use crate::filter::{Filter, RequiredText};

/// The longest search text that the service accepts, in characters.
const MAX_SEARCH: usize = 100;

/// What a list of trucks is limited to by the service. The default is the whole fleet.
///
/// It selects at least the trucks that pass a filter; the filter is then applied to what the service sends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TruckFilter {
    pub status: Option<TruckStatus>,
    /// A text in make, model or license plate, in small letters.
    pub search: Option<String>,
}

impl TruckFilter {
    /// Returns the limits that every truck meets that passes `filter`.
    ///
    /// Of several texts, the longest is searched for. A text that a status or an id may contain is none of them: the
    /// service does not search these.
    pub fn covering(filter: &Filter) -> Self {
        let mut statuses = TruckStatus::ALL.to_vec();
        let mut search: Option<String> = None;
        for required in filter.required_texts() {
            if is_column(&required, "status") {
                statuses.retain(|status| may_be(*status, &required));
            } else if let Some(text) = searched(&required)
                && search.as_ref().is_none_or(|longest| longest.len() < text.len())
            {
                search = Some(text);
            }
        }
        let status = if let [only] = statuses[..] { Some(only) } else { None };
        Self { status, search }
    }

    /// Returns the limits for a text in make, model or license plate; none if the service cannot search for it.
    pub fn searching(text: &str) -> Self {
        Self { status: None, search: searchable(text) }
    }

    /// Reports whether nothing is left out.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// Reports whether the service selects this truck.
    pub fn matches(&self, truck: &Truck) -> bool {
        let plate = truck.license_plate.as_deref().unwrap_or_default();
        let text = || format!("{}\n{}\n{plate}", truck.make, truck.model).to_lowercase();
        self.status.is_none_or(|status| status == truck.status)
            && self.search.as_ref().is_none_or(|search| text().contains(search))
    }
}

fn is_column(required: &RequiredText<'_>, name: &str) -> bool {
    required.column.is_some_and(|column| column.eq_ignore_ascii_case(name))
}

fn may_be(status: TruckStatus, required: &RequiredText<'_>) -> bool {
    let text = required.text.to_lowercase();
    if required.is_whole && !text.is_empty() {
        return status.as_str() == text;
    }
    status.as_str().contains(&text)
}

/// Returns the text that the service can search for.
fn searched(required: &RequiredText<'_>) -> Option<String> {
    if required.column.is_none() {
        return searchable(required.text).filter(|text| !may_be_elsewhere(text));
    }
    let is_searched = ["make", "model", "plate"].iter().any(|name| is_column(required, name));
    // In the value of a column, `_` and a blank are alike, so only the text between them is certain.
    let pieces = required.text.split([' ', '_']).filter(|_| is_searched);
    searchable(pieces.max_by_key(|piece| piece.len())?)
}

/// Returns the text in the form in which the service searches. A sigma has two small letters, of which the service
/// chooses one by its place in the word.
fn searchable(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let is_fit = !text.is_empty() && text.chars().count() <= MAX_SEARCH && !text.contains(['\0', 'σ', 'ς']);
    is_fit.then_some(text)
}

/// Reports whether a status or an id may contain the text. An id of the service is a UUID.
fn may_be_elsewhere(text: &str) -> bool {
    TruckStatus::ALL.iter().any(|status| status.as_str().contains(text))
        || text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covering(filter: &str) -> TruckFilter {
        TruckFilter::covering(&Filter::parse(filter))
    }

    fn limits(status: Option<TruckStatus>, search: Option<&str>) -> TruckFilter {
        TruckFilter { status, search: search.map(str::to_owned) }
    }

    #[test]
    fn a_text_is_searched_by_the_service() {
        for filter in ["Volvo", "\"Volvo\"", "make:volvo", "MAKE=Volvo", "plate:vol vol !x volvo added>1d"] {
            assert_eq!(covering(filter), limits(None, Some("volvo")), "{filter}");
        }
        assert_eq!(covering("\"Land Rover\"").search.as_deref(), Some("land rover"));
        assert_eq!(covering("make:\"Land_Rover\"").search.as_deref(), Some("rover"));
    }

    #[test]
    fn a_status_is_selected_by_the_service() {
        assert_eq!(covering("status:RET"), limits(Some(TruckStatus::Retired), None));
        assert_eq!(covering("status=active volvo"), limits(Some(TruckStatus::Active), Some("volvo")));
        for several in ["status:e", "status:", "status:parked", "!status:retired", "status=ret"] {
            assert_eq!(covering(several), TruckFilter::default(), "{several}");
        }
    }

    #[test]
    fn what_the_service_does_not_search_stays_here() {
        let long = "x".repeat(101);
        for filter in ["", "ret", "0190", "b-1", "id:zz", "!volvo", "colour:red", "ΑΣ", "added:1d", &long] {
            assert_eq!(covering(filter), TruckFilter::default(), "{filter}");
        }
    }
}
