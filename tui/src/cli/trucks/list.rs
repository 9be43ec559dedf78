//! `hello-tui trucks list`.

use std::cell::Cell;

use hello_model::{
    failure::{Failure, Kind},
    filter::Filter,
    truck::{Truck, TruckFilter, TruckStatus},
};
use hello_state::present::truck;

use super::{Connected, Error, Out, table};
use crate::cli::{filter::FilterArgs, format::format};

/// The most trucks on a page of the service.
const MAX_PAGE_ROWS: usize = 1_000;

#[derive(Debug, clap::Args)]
pub(in super::super) struct List {
    /// Only trucks of this status: active, maintenance or retired; may be given several times
    #[arg(long, value_name = "STATUS")]
    status: Vec<TruckStatus>,
    /// Only trucks with this text in make, model or plate
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    filter: FilterArgs,
}

/// Lists the trucks that the flags select. The service selects as far as it can, and the rest is done here.
pub(super) async fn run(args: List, connected: &Connected, out: &Out) -> Result<(), Error> {
    let filter = args.filter.read(&truck::COLUMNS)?;
    let fits = Fits { statuses: args.status, search: args.search };
    let passing = |trucks: &mut dyn Iterator<Item = &Truck>| {
        truck::COLUMNS.passing(trucks.filter(|truck| fits.fits(truck)), &filter, &format()).len()
    };
    let limit = args.limit.unwrap_or(usize::MAX);
    let selected = fits.selected_by_service(&filter);
    let counted = Cell::new((0, 0));
    let is_enough = |trucks: &[Truck]| {
        let (read, passed) = counted.get();
        let passed = passed + passing(&mut trucks[read..].iter());
        counted.set((trucks.len(), passed));
        passed >= limit
    };
    // The service sends only rows that pass, or else a small page may have none.
    let is_exact = filter.is_empty() && fits.search.is_none() && fits.statuses.len() < 2;
    let page = args.limit.map(|limit| if is_exact { limit.clamp(1, MAX_PAGE_ROWS) } else { MAX_PAGE_ROWS });
    let fleet = connected.services.trucks.select(&selected, page, is_enough).await?;
    let rows = fleet.trucks.items.iter().filter(|truck| fits.fits(truck));
    let mut trucks = truck::COLUMNS.passing(rows, &filter, &format());
    trucks.truncate(limit);
    out.print(&trucks, || table(trucks.iter().copied()))?;
    match fleet.unread {
        // A failure tells scripts that the list is incomplete.
        Some(why) if trucks.len() < limit => Err(not_all(why).into()),
        _ => Ok(()),
    }
}

/// What `--status` and `--search` select.
struct Fits {
    statuses: Vec<TruckStatus>,
    search: Option<String>,
}

impl Fits {
    fn fits(&self, truck: &Truck) -> bool {
        let plate = truck.license_plate.as_deref().unwrap_or_default();
        let has = |wanted: &String| {
            let text = format!("{} {} {plate}", truck.make, truck.model).to_lowercase();
            text.contains(&wanted.to_lowercase())
        };
        (self.statuses.is_empty() || self.statuses.contains(&truck.status))
            && self.search.as_ref().is_none_or(has)
    }

    /// Returns what the service selects of the flags. Of several conditions of one kind, it takes one.
    fn selected_by_service(&self, filter: &Filter) -> TruckFilter {
        let of_filter = TruckFilter::covering(filter);
        let status = if let [only] = self.statuses[..] { Some(only) } else { of_filter.status };
        // The fields are one text here, with blanks between them, and apart in the service.
        let word = self.search.iter().flat_map(|text| text.split_whitespace()).max_by_key(|word| word.len());
        let search = word.and_then(|word| TruckFilter::searching(word).search).or(of_filter.search);
        TruckFilter { status, search }
    }
}

/// Creates the failure for an incomplete list.
fn not_all(why: String) -> Failure {
    Failure::new(Kind::Unexpected, "listing the trucks", why)
        .hint("read the others from the service with another client")
}
