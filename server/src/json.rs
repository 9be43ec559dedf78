//! Trucks as JSON, and how large it may come to.

use hello_shared::Truck;

/// The most bytes that a truck of ours takes in a list: its texts have 120 characters in all, of up to four bytes.
const ROW: usize = 768;

/// The bytes that a truck takes beside its texts, at most.
const AROUND: usize = 256;

/// Returns the most bytes that a list of so many trucks takes.
pub(crate) fn most_of_rows(rows: usize) -> usize {
    rows * ROW
}

/// Returns the most bytes that a list of these trucks takes: a character may be escaped, which takes another byte.
pub(crate) fn most_of(trucks: &[Truck]) -> usize {
    trucks.iter().map(|truck| AROUND + 2 * texts(truck)).sum()
}

/// Writes a list.
pub(crate) fn array(trucks: &[Truck]) -> Vec<u8> {
    let likely = trucks.iter().map(|truck| AROUND + texts(truck)).sum();
    let mut json = Vec::with_capacity(likely);
    // Trucks are made of text, numbers and moments, which always become JSON.
    let _ = serde_json::to_writer(&mut json, trucks);
    json
}

fn texts(truck: &Truck) -> usize {
    truck.make.len() + truck.model.len() + truck.license_plate.as_ref().map_or(0, String::len)
}

#[cfg(test)]
mod tests {
    use hello_shared::{NewTruck, TruckStatus};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn no_truck_takes_more_than_is_reserved_for_it() {
        for text in ["a", "\"", "\\", "é", "\u{10FFFF}"] {
            let new = NewTruck {
                make: text.repeat(50),
                model: text.repeat(50),
                license_plate: Some(text.repeat(20)),
                status: TruckStatus::Maintenance,
            };
            let mut truck = new.into_truck(Uuid::now_v7().to_string().into(), jiff::Timestamp::MAX);
            truck.version = u64::MAX;
            let trucks = [truck.clone(), truck];
            let written = array(&trucks).len();
            assert!(written <= most_of(&trucks) && written <= most_of_rows(2), "{text}: {written}");
        }
    }
}
