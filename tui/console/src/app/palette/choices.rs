//! Everything that the palette offers, by place.
//!
//! A catalog may have many thousand entities, and few of them are looked at. So their rows are made when they are drawn,
//! and their titles when they are searched.

use std::sync::Arc;

use hello_catalog::{
    Catalog,
    entity::{DEFAULT_NAMESPACE, EntityRef},
};

use super::{IN_USE, Invoke, Offer};
use crate::widgets::palette::PaletteRow;

/// The offers: those before the catalog, components, entities, and those after the catalog.
#[derive(Debug, Default)]
pub(in crate::app) struct Choices {
    first: Vec<Offer>,
    catalog: Option<Arc<Catalog>>,
    /// The places of the components among the entities of the catalog.
    components: Vec<usize>,
    /// The component in use.
    in_use: Option<EntityRef>,
    last: Vec<Offer>,
}

/// What is at a place.
enum Choice<'c> {
    Offer(&'c Offer),
    /// To use a component.
    Component(&'c EntityRef),
    /// To go to the page of an entity.
    Entity(&'c EntityRef),
}

impl Choices {
    /// Offers `first`, then the components and all entities of a catalog, then `last`.
    pub(in crate::app) fn new(
        first: Vec<Offer>,
        catalog: Option<Arc<Catalog>>,
        in_use: Option<EntityRef>,
        last: Vec<Offer>,
    ) -> Self {
        let entities = catalog.iter().flat_map(|catalog| catalog.entities.iter().enumerate());
        let components = entities.filter(|(_, entity)| entity.is("Component")).map(|(at, _)| at).collect();
        Self { first, catalog, components, in_use, last }
    }

    /// Returns how many there are. A place is below that.
    pub(super) fn len(&self) -> usize {
        let entities = self.catalog.as_ref().map_or(0, |catalog| catalog.entities.len());
        self.first.len() + self.components.len() + entities + self.last.len()
    }

    fn get(&self, place: usize) -> Option<Choice<'_>> {
        if let Some(offer) = self.first.get(place) {
            return Some(Choice::Offer(offer));
        }
        let entities = self.catalog.as_ref().map(|catalog| catalog.entities.as_slice()).unwrap_or_default();
        let place = place - self.first.len();
        if let Some(component) = self.components.get(place) {
            return Some(Choice::Component(&entities.get(*component)?.reference));
        }
        let place = place - self.components.len();
        match entities.get(place) {
            Some(entity) => Some(Choice::Entity(&entity.reference)),
            None => self.last.get(place - entities.len()).map(Choice::Offer),
        }
    }

    /// Writes the title at a place.
    pub(super) fn title<'t>(&'t self, place: usize, text: &'t mut String) -> &'t str {
        let (word, reference) = match self.get(place) {
            Some(Choice::Offer(offer)) => return &offer.row.title,
            Some(Choice::Component(reference)) => ("component ", reference),
            Some(Choice::Entity(reference)) => ("entity ", reference),
            None => return "",
        };
        text.clear();
        text.push_str(word);
        if reference.namespace != DEFAULT_NAMESPACE {
            text.push_str(&reference.namespace);
            text.push('/');
        }
        text.push_str(&reference.name);
        text
    }

    /// Returns why what is at a place cannot be done at present.
    pub(super) fn unavailable(&self, place: usize) -> Option<&str> {
        match self.get(place)? {
            Choice::Offer(offer) => offer.row.unavailable.as_deref(),
            Choice::Component(reference) => (self.in_use.as_ref() == Some(reference)).then_some(IN_USE),
            Choice::Entity(_) => None,
        }
    }

    /// Makes the row of a place. That of an entity has the kind where others have their keys.
    pub(super) fn row(&self, place: usize) -> PaletteRow {
        let keys = match self.get(place) {
            Some(Choice::Offer(offer)) => offer.row.keys.clone(),
            Some(Choice::Entity(reference)) => reference.kind.clone(),
            Some(Choice::Component(_)) | None => String::new(),
        };
        let title = self.title(place, &mut String::new()).to_owned();
        PaletteRow { title, keys, unavailable: self.unavailable(place).map(str::to_owned) }
    }

    /// Returns what choosing a place does.
    pub(super) fn invoke(&self, place: usize) -> Option<Invoke> {
        Some(match self.get(place)? {
            Choice::Offer(offer) => offer.invoke.clone(),
            Choice::Component(reference) => Invoke::SelectComponent(reference.clone()),
            Choice::Entity(reference) => Invoke::Entity(reference.clone()),
        })
    }

    /// Reports whether choosing a place does this.
    pub(super) fn does(&self, place: usize, invoke: &Invoke) -> bool {
        match (self.get(place), invoke) {
            (Some(Choice::Offer(offer)), invoke) => offer.invoke == *invoke,
            (Some(Choice::Component(one)), Invoke::SelectComponent(other))
            | (Some(Choice::Entity(one)), Invoke::Entity(other)) => one == other,
            _ => false,
        }
    }
}
