//! The audience expression as an input: what the document says about it, and its faults as faults of the body.

use std::borrow::Cow;

use belfry_types::audience::Audience;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::faults::Faults;

/// An audience expression, not checked yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AudienceIn(pub Value);

impl AudienceIn {
    /// Checks it; faults are told below `pointer`.
    pub fn check(&self, pointer: &str, faults: &mut Faults) -> Option<Audience> {
        match belfry_audience::parse(&self.0) {
            Ok(audience) => Some(audience),
            Err(found) => {
                for fault in found {
                    faults.add(format!("{pointer}{}", fault.pointer), fault.code, fault.detail);
                }
                None
            }
        }
    }

    /// Checks that of a draft: nobody may have been chosen yet.
    pub fn check_draft(&self, pointer: &str, faults: &mut Faults) {
        let nobody = |key: &str| self.0 == json!({ key: [] });
        if !nobody("groups") && !nobody("users") {
            self.check(pointer, faults);
        }
    }
}

fn one_key(key: &str, value: impl Into<RefOr<Schema>>) -> ObjectBuilder {
    ObjectBuilder::new()
        .property(key, value)
        .required(key)
        .additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::<Schema>::FreeForm(false)))
}

fn texts() -> ArrayBuilder {
    let text = ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .min_length(Some(1))
        .max_length(Some(255));
    ArrayBuilder::new().items(text).min_items(Some(1))
}

impl PartialSchema for AudienceIn {
    fn schema() -> RefOr<Schema> {
        let parts = || {
            ArrayBuilder::new()
                .items(Ref::from_schema_name(Self::name()))
                .min_items(Some(1))
                .max_items(Some(199))
        };
        let truth = |only: bool| {
            let truth = ObjectBuilder::new().schema_type(SchemaType::new(Type::Boolean));
            if only { truth.enum_values(Some([true])) } else { truth }
        };
        OneOfBuilder::new()
            .description(Some(
                "Whom it is for. Everyone must be said; names are external ids or email addresses; groups are keys. \
                 Unknown names are refused unless `ignore_unknown` is true.",
            ))
            .item(one_key("everyone", truth(true)))
            .item(one_key("users", texts().max_items(Some(10_000))).property("ignore_unknown", truth(false)))
            .item(one_key("groups", texts().max_items(Some(200))))
            .item(one_key("all", parts()))
            .item(one_key("any", parts()))
            .item(one_key("not", Ref::from_schema_name(Self::name())))
            .examples([json!({"everyone": true}), json!({"groups": ["crew"]})])
            .into()
    }
}

impl ToSchema for AudienceIn {
    fn name() -> Cow<'static, str> {
        "Audience".into()
    }
}

/// The schema of a draft's audience: how it is chosen may be known before anybody is.
#[derive(Debug, Clone, Copy)]
pub struct DraftAudience;

impl PartialSchema for DraftAudience {
    fn schema() -> RefOr<Schema> {
        let nobody = |key: &str| {
            let text = ObjectBuilder::new().schema_type(SchemaType::new(Type::String));
            one_key(key, ArrayBuilder::new().items(text).max_items(Some(0)))
        };
        OneOfBuilder::new()
            .description(Some(
                "Whom a draft is for: an audience, or groups or people of whom none is chosen yet.",
            ))
            .item(Ref::from_schema_name(AudienceIn::name()))
            .item(nobody("groups"))
            .item(nobody("users"))
            .into()
    }
}

impl ToSchema for DraftAudience {
    fn name() -> Cow<'static, str> {
        "DraftAudience".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((AudienceIn::name().into_owned(), AudienceIn::schema()));
    }
}
