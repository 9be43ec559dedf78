//! `hello-tui logs`: the lines of a log group.

use std::{collections::VecDeque, time::Duration};

use futures::StreamExt;
use hello_model::{
    log::{LogLine, LogSource, TailEvent, summary},
    time::Timestamp,
};
use hello_state::present::log_line;
use jiff::tz::TimeZone;

use super::{Connected, Error, duration::duration, filter::FilterArgs, format::format, output::Out};

/// How far back the lines begin, unless `--since` says so.
const HISTORY: Duration = Duration::from_mins(10);

/// The lines of a log group: those of the last minutes, and with -f those that follow
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The log group [default: the component's]
    group: Option<String>,
    /// Go on with new lines until ctrl-c
    #[arg(short, long)]
    follow: bool,
    /// How far back to begin: a duration as in 90s, 10m or 2h, or a time as in 2026-11-27T12:00:00Z [default: 10m]
    #[arg(long, value_name = "TIME", value_parser = since)]
    since: Option<Timestamp>,
    #[command(flatten)]
    filter: FilterArgs,
    /// At most so many lines, the latest
    #[arg(long, value_name = "N", conflicts_with = "follow")]
    limit: Option<usize>,
}

/// Reads a duration back from now, or a time.
fn since(text: &str) -> Result<Timestamp, String> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    match duration(text) {
        Ok(back) => Timestamp::now()
            .checked_sub(back)
            .map_err(|_| "it is before the earliest possible time".to_owned()),
        Err(_) => {
            Err("name a duration as in 90s, 10m or 2h, or a time as in 2026-11-27T12:00:00Z".to_owned())
        }
    }
}

/// Prints the lines, as soon as they are there.
pub(super) async fn run(args: Args, connected: &Connected, out: &Out) -> Result<(), Error> {
    let (filter, format) = (args.filter.read(&log_line::COLUMNS)?, format());
    let mut matcher = filter.matcher(&log_line::COLUMNS.fields(), &format.clock);
    let source = match args.group {
        Some(group) => LogSource::Group(group),
        None => connected.target().await.logs?,
    };
    let since = args.since.unwrap_or_else(|| Timestamp::now() - HISTORY);
    let mut events = std::pin::pin!(connected.services.logs.tail(source, since));
    let mut held = VecDeque::new();
    while let Some(event) = events.next().await {
        match event? {
            TailEvent::Lines(mut lines) => {
                lines.retain(|line| matcher.matches(&log_line::COLUMNS.row(line, &format)));
                match args.limit {
                    Some(limit) => keep_latest(&mut held, lines, limit),
                    None => print(&lines, out)?,
                }
            }
            TailEvent::CaughtUp { .. } if !args.follow => break,
            TailEvent::Throttled { until } => {
                out.note(&format!("throttled until {until}; no line is lost"))?;
            }
            TailEvent::CaughtUp { .. } | TailEvent::Opened { .. } => {}
        }
    }
    Ok(print(held.make_contiguous(), out)?)
}

/// Holds no more lines than are printed, however many there are.
fn keep_latest(held: &mut VecDeque<LogLine>, lines: Vec<LogLine>, limit: usize) {
    held.extend(lines);
    held.drain(..held.len().saturating_sub(limit));
}

fn print(lines: &[LogLine], out: &Out) -> std::io::Result<()> {
    let zone = TimeZone::system();
    out.stream(lines, |line| {
        let at = line.at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S%.3f");
        let stream = line.stream.rsplit('/').next().unwrap_or(&line.stream);
        format!("{at} {stream:.8} {}", summary(&line.message))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_a_duration_or_a_time() {
        assert_eq!(since("2026-11-27T12:00:00Z"), Ok("2026-11-27T12:00:00Z".parse().unwrap()));
        for (text, seconds) in [("90s", 90), ("10m", 600), ("2h", 7_200)] {
            let back = Timestamp::now().duration_since(since(text).unwrap()).as_secs();
            assert!((back - seconds).abs() <= 2, "{text}: {back}");
        }
        for text in ["", "-5m", "yesterday", "10"] {
            assert!(since(text).is_err(), "{text}");
        }
    }
}
