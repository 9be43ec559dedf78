//! The OpenAPI description, and whether the service conforms to it.

use std::{env, fs, path::Path};

use hello_server::{contract, openapi};

#[test]
fn the_description_names_every_route_once() {
    let paths = openapi().paths.paths;
    let described: Vec<_> = paths
        .iter()
        .map(|(path, item)| {
            let methods = [
                ("GET", &item.get),
                ("POST", &item.post),
                ("PUT", &item.put),
                ("PATCH", &item.patch),
                ("DELETE", &item.delete),
            ];
            let taken: Vec<_> =
                methods.iter().filter(|(_, operation)| operation.is_some()).map(|(m, _)| *m).collect();
            format!("{path} {}", taken.join(" "))
        })
        .collect();
    assert_eq!(
        described,
        [
            "/healthz GET",
            "/metrics GET",
            "/readyz GET",
            "/trucks GET POST",
            "/trucks/events GET",
            "/trucks/{id} GET PUT PATCH DELETE"
        ]
    );
}

#[test]
fn every_schema_that_the_description_refers_to_is_in_it() {
    let document = serde_json::to_value(openapi()).unwrap();
    let text = document.to_string();
    let mut referred = 0;
    for reference in text.split("\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
        referred += 1;
    }
    assert!(referred > 0);
}

/// To update the file, run `cargo run -p hello-server -- openapi > api-spec/truck-api.yaml`, or this test with
/// `HELLO_UPDATE_CONTRACT=1`.
#[test]
fn the_stored_contract_equals_the_served_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api-spec/truck-api.yaml");
    if env::var_os("HELLO_UPDATE_CONTRACT").is_some() {
        fs::write(&file, contract()).unwrap();
    }
    assert!(
        fs::read_to_string(&file).is_ok_and(|kept| kept == contract()),
        "`cargo run -p hello-server -- openapi > api-spec/truck-api.yaml` brings the contract up to date"
    );
}

#[test]
fn every_answer_is_described() {
    let document = serde_json::to_value(openapi()).unwrap();
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap());
    for (method, operation) in operations {
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let described = answer["description"].as_str().is_some_and(|text| !text.is_empty());
            assert!(described, "{method} {} {status}", operation["operationId"]);
        }
    }
}
