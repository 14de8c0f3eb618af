//! Sets of ordinals as bytes: roaring's portable serialization.

use belfry_types::Ordinals;

use crate::error::Result;

pub(crate) fn to_bytes(set: &Ordinals) -> Vec<u8> {
    let mut set = set.clone();
    set.optimize();
    let mut bytes = Vec::with_capacity(set.serialized_size());
    set.serialize_into(&mut bytes).expect("writing to memory does not fail");
    bytes
}

pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Ordinals> {
    Ok(Ordinals::deserialize_from(bytes)?)
}
