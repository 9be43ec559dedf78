//! The terminal is left to a program and taken again, in an order in which no key and no frame is lost.

use std::{
    io,
    sync::{Arc, Mutex},
};

use futures::{StreamExt, stream};
use hello_console::local::{LocalResult, Program};

use super::super::{hand_over::Returned, *};

/// What happened, in order.
#[derive(Debug, Clone, Default)]
struct Record(Arc<Mutex<Vec<&'static str>>>);

impl Record {
    fn add(&self, what: &'static str) {
        self.0.lock().unwrap().push(what);
    }

    fn all(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().clone()
    }
}

impl Surface for Record {
    fn draw(&mut self, _: &App) -> io::Result<()> {
        self.add("draw");
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.add("suspend");
        Ok(())
    }

    fn release(&mut self) -> io::Result<()> {
        self.add("release the terminal");
        Ok(())
    }

    fn copy(&mut self, _: &str) -> io::Result<()> {
        self.add("copy");
        Ok(())
    }

    fn resume(&mut self) -> io::Result<()> {
        self.add("take the terminal");
        Ok(())
    }
}

/// Signals, and keys that are read or not.
struct Inputs {
    record: Record,
    signals: Vec<Input>,
}

impl InputSource for Inputs {
    async fn next_input(&mut self) -> Option<Input> {
        match self.signals.pop() {
            Some(signal) => Some(signal),
            None => std::future::pending().await,
        }
    }

    fn pause(&mut self) {
        self.record.add("stop reading keys");
    }

    fn resume(&mut self) -> io::Result<()> {
        self.record.add("read keys");
        Ok(())
    }
}

/// Runs a program that takes a minute while signals come.
async fn run_program(signals: Vec<Input>) -> (Returned, Vec<&'static str>) {
    let record = Record::default();
    let mut inputs = Inputs { record: record.clone(), signals };
    let of_program = record.clone();
    let run_effect = move |_| {
        let record = of_program.clone();
        stream::once(async move {
            record.add("begin the program");
            tokio::time::sleep(Duration::from_mins(1)).await;
            record.add("end the program");
            Msg::Local(LocalResult::Returned(Program::Page { text: String::new() }))
        })
        .boxed()
    };
    let effect = Effect::HandOver(Program::Page { text: String::new() });
    let returned = hand_over(effect, &mut record.clone(), &mut inputs, &run_effect).await.unwrap();
    (returned, record.all())
}

#[tokio::test(start_paused = true)]
async fn a_program_has_the_terminal_and_the_keys_alone() {
    let (returned, record) = run_program(Vec::new()).await;
    assert!(matches!(returned, Returned::Message(Msg::Local(LocalResult::Returned(_)))));
    let expected = [
        "stop reading keys",
        "release the terminal",
        "begin the program",
        "end the program",
        "take the terminal",
        "read keys",
    ];
    assert_eq!(record, expected);
}

#[tokio::test(start_paused = true)]
async fn ctrl_c_in_a_program_ends_no_console() {
    let keys = [SignalKind::interrupt(), SignalKind::quit()];
    let (returned, _) = run_program(keys.map(Input::Stop).into()).await;
    assert!(matches!(returned, Returned::Message(_)));
}

#[tokio::test(start_paused = true)]
async fn a_signal_waits_for_unsaved_work() {
    let (returned, record) = run_program(vec![Input::Continued, Input::Stop(SignalKind::terminate())]).await;
    assert!(matches!(returned, Returned::Ended(Ending::Stopped(kind)) if kind == SignalKind::terminate()));
    assert_eq!(record.last(), Some(&"end the program"), "the terminal is not taken again");
}
