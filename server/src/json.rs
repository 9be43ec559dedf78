//! Trucks as JSON, and its maximum size.

use hello_shared::Truck;

/// The maximum size of a valid truck in a list, in bytes: its texts have 120 characters in all, of up to four bytes.
const MAX_TRUCK_SIZE: usize = 768;

/// The maximum size of a truck without its texts, in bytes.
const MAX_SIZE_WITHOUT_TEXTS: usize = 256;

/// Returns the maximum size of a list of this many trucks, in bytes.
pub(crate) fn max_size_of_rows(rows: usize) -> usize {
    rows * MAX_TRUCK_SIZE
}

/// Returns the maximum size of a list of these trucks, in bytes. Escaping a character takes one more byte.
pub(crate) fn max_size_of(trucks: &[Truck]) -> usize {
    trucks.iter().map(|truck| MAX_SIZE_WITHOUT_TEXTS + 2 * texts(truck)).sum()
}

/// Serializes a list.
pub(crate) fn array(trucks: &[Truck]) -> Vec<u8> {
    let expected_size = trucks.iter().map(|truck| MAX_SIZE_WITHOUT_TEXTS + texts(truck)).sum();
    let mut json = Vec::with_capacity(expected_size);
    // Serialization cannot fail: trucks have only texts, numbers and timestamps.
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
            assert!(written <= max_size_of(&trucks) && written <= max_size_of_rows(2), "{text}: {written}");
        }
    }
}
