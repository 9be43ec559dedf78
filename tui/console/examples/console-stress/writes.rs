//! The judge of writes: which may start, and by which input.

use std::collections::HashMap;

use hello_console::{command::Mode, msg::Msg};
use hello_model::{
    world::{World, WorldId},
    write::{Risk, Write},
};

/// What is known of the worlds, and the writes so far.
#[derive(Debug, Default)]
pub(super) struct Writes {
    worlds: HashMap<WorldId, World>,
    pub(super) started: usize,
    pub(super) confirmed: usize,
    pub(super) broken: Vec<String>,
}

/// The kind of input that a write came with, and what had the user's attention before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cause {
    is_deliberate: bool,
    mode: Mode,
}

impl Cause {
    pub(super) fn of(msg: &Msg, mode: Mode) -> Self {
        // Neither a paste nor time nor an answer decides anything.
        Self { is_deliberate: matches!(msg, Msg::Pressed(_) | Msg::Clicked(_)), mode }
    }
}

impl Writes {
    pub(super) fn know(&mut self, world: World) {
        self.worlds.insert(world.id, world);
    }

    pub(super) fn judge(&mut self, cause: Cause, world: WorldId, write: &Write) {
        self.started += 1;
        let Some(world) = self.worlds.get(&world) else {
            self.broken.push(format!("{write:?} is for a world that was never connected"));
            return;
        };
        let risk = write.risk(world.is_production);
        let asked = match risk {
            Risk::Safe => true,
            Risk::Confirm => cause.mode == Mode::Confirm,
            Risk::TypeName => cause.mode == Mode::TypeName,
        };
        self.confirmed += usize::from(risk != Risk::Safe && asked);
        if world.read_only {
            self.broken.push(format!("a read-only world gets {write:?}"));
        } else if !asked {
            self.broken.push(format!("{risk:?} was not asked in {:?} before {write:?}", cause.mode));
        } else if !cause.is_deliberate {
            self.broken.push(format!("no key and no click started {write:?}"));
        }
    }
}
