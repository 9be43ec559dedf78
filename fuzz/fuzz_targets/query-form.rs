#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    hello_sandbox::parsers::query_form(bytes);
});
