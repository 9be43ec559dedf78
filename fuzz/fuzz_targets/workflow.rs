#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    hello_tui::parsers::workflow(bytes);
});
