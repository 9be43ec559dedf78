//! Trucks that are added, edited and removed on their screen, and changes that are taken back.

use crossterm::event::KeyCode;
use hello_console::screens::trucks;
use hello_model::{
    failure::{Failure, Kind},
    truck::{
        NewTruck,
        rules::{NAME_LIMIT, PLATE_LIMIT, checked_text},
    },
    write::{Write, WriteResult},
};
use hello_services::{Services, gate::Gate};
use serde_json::Value;

use crate::{
    command::{Shell, out},
    console::{Console, Start, everything_at, sandbox},
};

/// Fills in the form of a new truck and saves it.
async fn add(console: &mut Console, make: &str, model: &str) {
    console.press("n");
    console.sees(&["New truck"]).await;
    console.press(make);
    console.key(KeyCode::Tab);
    console.press(model);
    console.key(KeyCode::Enter);
    console.sees(&[&format!("Added the truck {make} {model}.")]).await;
    is_listed(console, make, model).await;
}

/// Waits until a truck is in the list: only then do keys that concern the selected truck concern this one.
async fn is_listed(console: &mut Console, make: &str, model: &str) {
    let (make, model) = (format!("{make}  "), format!(" {model}  "));
    let is_row = |line: &str| line.contains(&make) && line.contains(&model);
    console.until("the list", |screen| screen.lines().any(is_row)).await;
}

#[tokio::test]
async fn a_truck_is_added_edited_over_a_conflict_undone_and_removed() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let mut console = Start::on(&sandbox).at(trucks::SPEC.id).open(Some(&sandbox));
    console.sees(&["Volvo"]).await;
    add(&mut console, "Ford", "Cargo").await;

    console.press("e");
    console.sees(&["Edit Ford Cargo"]).await;
    console.key(KeyCode::Tab);
    console.press("X");
    console.sees(&["CargoX"]).await;
    let listed: Value = serde_json::from_str(&out(&shell.run("trucks list -o json").await)).unwrap();
    let ford = listed.as_array().unwrap().iter().find(|truck| truck["make"] == "Ford").unwrap();
    let by_others = format!("trucks edit {} --status maintenance --yes", ford["id"].as_str().unwrap());
    assert!(shell.run(&by_others).await.status.success());
    console.key(KeyCode::Enter);
    console
        .sees(&["Changed meanwhile: Ford Cargo", "the service's maintenance", "started from  active"])
        .await;
    console.key(KeyCode::Enter);
    console.sees(&["Changed the truck Ford CargoX: model: Cargo → CargoX."]).await;

    console.press("U");
    console.sees(&["Change the truck Ford CargoX?", "CargoX → Cargo", "This undoes the last change."]).await;
    console.press("y");
    console.sees(&["Changed the truck Ford Cargo: model: CargoX → Cargo."]).await;

    is_listed(&mut console, "Ford", "Cargo").await;
    console.press("D");
    console.sees(&["Remove the truck Ford Cargo?"]).await;
    console.press("Ford Cargo");
    console.key(KeyCode::Enter);
    console.sees(&["Removed the truck Ford Cargo."]).await;
    console.press("U");
    console.sees(&["Add the truck Ford Cargo?", "the truck is added anew"]).await;
    console.press("y");
    console.sees(&["Added the truck Ford Cargo."]).await;
}

#[tokio::test]
async fn marked_trucks_are_changed_by_one_question() {
    let sandbox = sandbox().await;
    let mut console = Start::on(&sandbox).at(trucks::SPEC.id).open(Some(&sandbox));
    console.sees(&["Volvo"]).await;
    add(&mut console, "Tatra", "815").await;
    add(&mut console, "Praga", "V3S").await;
    console.press("/model:815");
    console.sees(&["Trucks 1 of"]).await;
    console.key(KeyCode::Enter);
    console.press(" ");
    console.key(KeyCode::Esc);
    console.press("/v3s");
    console.sees(&["Trucks 1 of", "1 marked (1 not visible)"]).await;
    console.key(KeyCode::Enter);
    console.press(" c");
    console.sees(&["Status of 2 trucks"]).await;
    console.key(KeyCode::Left);
    console.key(KeyCode::Enter);
    let question = console.sees(&["Change 2 trucks?", "1 of them not visible."]).await;
    assert!(question.contains("• Tatra 815") && question.contains("• Praga V3S"), "{question}");
    console.press("y");
    console.sees(&["Changed 2 trucks."]).await;
    console.sees(&["○ retired"]).await;
    let trail = std::fs::read_to_string(console.home.path().join("audit.jsonl")).unwrap();
    assert!(trail.contains("changing trucks") && trail.contains("status: active → retired"), "{trail}");
}

/// Returns the fields that the service refuses.
async fn refused(gate: &Gate, services: &Services, make: &str, plate: &str) -> Vec<String> {
    let license_plate = Some(plate.to_owned());
    let truck = NewTruck { license_plate, ..NewTruck::new(make, "V8") };
    let write = Write::CreateTruck { truck, key: uuid::Uuid::now_v7().to_string() };
    match gate.execute(write, services).await {
        WriteResult::Refused(Failure { kind: Kind::Invalid(faults), .. }) => {
            faults.into_iter().map(|fault| fault.field).collect()
        }
        WriteResult::Done(_) => Vec::new(),
        other => panic!("{make:?}, {plate:?}: {other:?}"),
    }
}

#[tokio::test]
async fn a_form_refuses_what_the_service_refuses() {
    let sandbox = sandbox().await;
    let services = Services::connect(&everything_at(&sandbox.url().parse().unwrap()));
    let home = tempfile::tempdir().unwrap();
    let gate = Gate::new(false, Some(home.path().join("audit.jsonl")));
    let long = |count: usize| "卡".repeat(count);
    let mut texts: Vec<String> = [1, 20, 21, 50, 51].map(long).to_vec();
    let odd = [
        "",
        " ",
        "\u{3000}",
        " x1 ",
        "\u{a0}x2\u{a0}",
        "a\tb",
        "\u{7f}",
        "a\u{85}b",
        "x\u{ad}y",
        "\u{200b}",
        "\u{2028}",
        "a\u{202e}b",
        "\u{2800}",
        "e\u{301}",
        "x\u{fe0f}",
        "\u{feff}z",
        "🚚",
        "a\u{600}b",
        "\u{e0041}",
        "Škoda",
        "\u{1d173}",
    ];
    texts.extend(odd.map(str::to_owned));
    for text in texts {
        let verdict = |limit, field: &str| checked_text(&text, limit).is_err().then(|| field.to_owned());
        let expected: Vec<_> =
            verdict(NAME_LIMIT, "make").into_iter().chain(verdict(PLATE_LIMIT, "licensePlate")).collect();
        assert_eq!(refused(&gate, &services, &text, &text).await, expected, "{text:?}");
    }
}
