//! The domain's codes as words of the API, with the list of all words in the OpenAPI document.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $inner:path, $about:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub $inner);

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.0.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(d)?;
                <$inner>::parse(&text).map(Self).ok_or_else(|| {
                    let all: Vec<&str> = <$inner>::ALL.iter().map(|word| word.as_str()).collect();
                    serde::de::Error::custom(format!("expected one of {}", all.join(", ")))
                })
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(SchemaType::new(Type::String))
                    .description(Some($about))
                    .enum_values(Some(<$inner>::ALL.iter().map(|word| word.as_str())))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).trim_end_matches("Word").into()
            }
        }
    )*};
}

words! {
    /// Where a file of people stands.
    ImportStatusWord = belfry_types::people::ImportStatus, "Where a file of people stands.";
    /// What a column of a file of people may hold.
    ImportFieldWord = belfry_import::Field, "What a column of a file of people may hold.";
    /// Where a notification stands.
    NotificationStatus = belfry_types::notification::Status, "Where a notification stands.";
    /// Where a notification came from.
    NotificationOrigin = belfry_types::notification::Origin, "Where a notification came from.";
    /// A way by which a notification reaches a person.
    ChannelWord = belfry_types::channel::Channel, "A way by which a notification reaches a person.";
    /// Where a delivery stands.
    DeliveryStateWord = belfry_types::channel::DeliveryState, "Where a delivery stands.";
    /// Why a delivery ended as it did, or why there is none.
    ReasonWord = belfry_types::channel::Reason, "Why a delivery ended as it did, or why there is none.";
    /// What a device or a page says about an item.
    ReceiptKindWord = belfry_types::channel::ReceiptKind, "What a device or a page says about an item.";
    /// What a member is to the workspace.
    MemberKindWord = belfry_types::people::MemberKind, "What a member is to the workspace.";
    /// Where a membership stands.
    MemberStatusWord = belfry_types::people::MemberStatus, "Where a membership stands.";
    /// A permission of an API key or an operator.
    PermissionWord = belfry_types::rights::Permission, "A permission of an API key or an operator.";
    /// What an operator is.
    RoleWord = belfry_types::rights::Role, "What an operator is in an organization or a workspace.";
}

/// How a message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageFormat {
    /// CommonMark with tables and strikethrough.
    #[default]
    Markdown,
    /// HTML, cleaned before anyone sees it.
    Html,
}

impl From<MessageFormat> for belfry_types::notification::Format {
    fn from(format: MessageFormat) -> Self {
        match format {
            MessageFormat::Markdown => Self::Markdown,
            MessageFormat::Html => Self::Html,
        }
    }
}

impl From<belfry_types::notification::Format> for MessageFormat {
    fn from(format: belfry_types::notification::Format) -> Self {
        match format {
            belfry_types::notification::Format::Markdown => Self::Markdown,
            belfry_types::notification::Format::Html => Self::Html,
        }
    }
}

/// How soon a push has to arrive (RFC 8030 §5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PushUrgency {
    /// On power and Wi-Fi.
    VeryLow,
    /// On either power or Wi-Fi.
    Low,
    /// On neither power nor Wi-Fi.
    #[default]
    Normal,
    /// Also with a low battery.
    High,
}

impl From<PushUrgency> for belfry_types::channel::Urgency {
    fn from(urgency: PushUrgency) -> Self {
        match urgency {
            PushUrgency::VeryLow => Self::VeryLow,
            PushUrgency::Low => Self::Low,
            PushUrgency::Normal => Self::Normal,
            PushUrgency::High => Self::High,
        }
    }
}

#[cfg(test)]
mod tests {
    use belfry_types::rights::Permission;

    use super::*;

    #[test]
    fn words_are_read_written_and_documented() {
        let word: PermissionWord = serde_json::from_str("\"tokens:write\"").unwrap();
        assert_eq!(word.0, Permission::TokensWrite);
        assert_eq!(serde_json::to_string(&word).unwrap(), "\"tokens:write\"");
        let error = serde_json::from_str::<PermissionWord>("\"all\"").unwrap_err().to_string();
        assert!(error.contains("notifications:read"), "{error}");
        let schema = serde_json::to_value(PermissionWord::schema()).unwrap();
        assert_eq!(schema["enum"].as_array().unwrap().len(), Permission::ALL.len());
    }
}
