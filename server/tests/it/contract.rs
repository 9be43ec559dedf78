//! The description of the service, and whether it is true.

use hello_server::openapi;

#[test]
fn the_description_names_every_route_once() {
    let paths = openapi().paths.paths;
    let described: Vec<_> = paths
        .iter()
        .map(|(path, item)| {
            let methods = [("GET", &item.get), ("POST", &item.post), ("DELETE", &item.delete)];
            let taken: Vec<_> =
                methods.iter().filter(|(_, operation)| operation.is_some()).map(|(m, _)| *m).collect();
            format!("{path} {}", taken.join(" "))
        })
        .collect();
    assert_eq!(described, ["/healthz GET", "/trucks GET POST", "/trucks/{id} GET DELETE"]);
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
