#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    hello_server::parsers::truck_body(bytes);
});
