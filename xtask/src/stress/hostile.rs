//! Harmful responses of a service.

use std::{
    io::{self, Write},
    net::TcpStream,
    thread,
    time::Duration,
};

use miniz_oxide::{
    MZFlush,
    deflate::{
        core::{CompressorOxide, create_comp_flags_from_zip_params},
        stream::deflate,
    },
};

use super::{
    peer::{ReceivedRequest, reply},
    services::Service,
};

/// A kind of harmful response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// An endless body: the start of a page, then blanks.
    Endless,
    /// A page of 200 MB.
    Huge,
    /// Pages of 4 MB, each with a next page.
    Pages,
    /// A few kilobytes that decompress to gigabytes.
    Compressed,
    /// A byte every 200 ms.
    Slow,
    /// No response at all.
    Silent,
    /// Rows of one megabyte.
    LongRows,
}

/// Sends a harmful response until the client disconnects.
pub(super) fn answer(
    mode: Mode,
    service: Service,
    request: &ReceivedRequest,
    stream: &mut TcpStream,
) -> io::Result<()> {
    match mode {
        Mode::Endless => {
            head(stream, service, "")?;
            stream.write_all(service.begin().as_bytes())?;
            forever(stream, " ".repeat(64 * 1024).as_bytes(), Duration::ZERO)
        }
        Mode::Compressed => {
            head(stream, service, "content-encoding: gzip\r\n")?;
            stream.write_all(GZIP_HEAD)?;
            forever(stream, &blanks(), Duration::ZERO)
        }
        Mode::Slow => {
            head(stream, service, "")?;
            stream.write_all(service.begin().as_bytes())?;
            forever(stream, b" ", Duration::from_millis(200))
        }
        Mode::Silent => {
            thread::sleep(Duration::from_mins(2));
            Err(io::ErrorKind::TimedOut.into())
        }
        Mode::Huge => huge(stream, service),
        Mode::LongRows => {
            let number = page(request);
            let text = service.page_from(number * 8, 8, 1024 * 1024, Some(number + 1));
            paged(stream, service, number, &text)
        }
        Mode::Pages => {
            let number = page(request);
            let text = service.page_from(number * 4_000, 4_000, 900, Some(number + 1));
            paged(stream, service, number, &text)
        }
    }
}

/// Sends a page that links to a next page.
fn paged(stream: &mut TcpStream, service: Service, number: usize, text: &str) -> io::Result<()> {
    let link = format!("</trucks?page={}>; rel=\"next\"", number + 1);
    let headers = [("content-type", service.media()), ("link", &link)];
    reply(stream, "200 OK", &headers, text.as_bytes())
}

/// Returns the number of the requested page. AWS sends tokens in bodies, so a random number stands in for them.
fn page(request: &ReceivedRequest) -> usize {
    let number = request.target.split_once("page=").map(|(_, rest)| rest);
    let digits = number.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or_else(|| fastrand::usize(..1_000_000))
}

fn huge(stream: &mut TcpStream, service: Service) -> io::Result<()> {
    const ROWS: usize = 1_000;
    head(stream, service, "")?;
    stream.write_all(service.begin().as_bytes())?;
    let comma = if matches!(service, Service::Stacks | Service::Catalog) { "" } else { "," };
    for block in 0..200 {
        let rows: Vec<_> = (block * ROWS..(block + 1) * ROWS).map(|row| service.row(row, 800)).collect();
        let between = if block == 0 { "" } else { comma };
        stream.write_all(format!("{between}{}", rows.join(comma)).as_bytes())?;
    }
    stream.write_all(service.end(None).as_bytes())?;
    Err(io::ErrorKind::ConnectionReset.into())
}

/// Sends the head of a response whose body ends with the connection.
fn head(stream: &mut TcpStream, service: Service, more: &str) -> io::Result<()> {
    let media = service.media();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {media}\r\n{more}connection: close\r\n\r\n");
    stream.write_all(head.as_bytes())
}

fn forever(stream: &mut TcpStream, bytes: &[u8], pause: Duration) -> io::Result<()> {
    loop {
        stream.write_all(bytes)?;
        thread::sleep(pause);
    }
}

/// The header of a gzip file.
const GZIP_HEAD: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// Returns a part of a deflate stream that decompresses to 16 MB of blanks and can be sent repeatedly.
fn blanks() -> Vec<u8> {
    let (blanks, mut part) = (vec![b' '; 16 * 1024 * 1024], vec![0; 64 * 1024]);
    // Without a header, because that of gzip is sent once.
    let mut compressor = CompressorOxide::new(create_comp_flags_from_zip_params(9, 0, 0));
    // Ends the part at a whole byte, but not the stream.
    let done = deflate(&mut compressor, &blanks, &mut part, MZFlush::Sync);
    part.truncate(done.bytes_written);
    part
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_few_kilobytes_become_megabytes_of_blanks() {
        let part = blanks();
        let mut gzip = Command::new("sh");
        // Without an end, gzip complains; what it has unpacked until then counts.
        gzip.args(["-c", "gzip -dc 2>/dev/null | tr -d ' ' | wc -c; exit 0"]);
        let mut child = gzip.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(&[GZIP_HEAD, &part, &part].concat()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "0", "not only blanks");
        assert!(part.len() < 120_000, "{}", part.len());
    }
}
