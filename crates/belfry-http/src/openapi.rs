//! The OpenAPI 3.1 document: what all operations have in common, and the answers that go wrong. The operations document
//! themselves beside their handlers.

use std::collections::BTreeMap;

use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    Response, ResponseBuilder,
};
use utoipa::{IntoResponses, ToSchema};

use crate::problem::{Document, Fault};

/// The document of all routes.
pub fn openapi() -> OpenApi {
    complete(crate::routes::api().split_for_parts().1)
}

/// Says of each operation that a key may call that an operator may too.
pub(crate) fn complete(mut document: OpenApi) -> OpenApi {
    let session = || SecurityRequirement::new("session", Vec::<String>::new());
    for path in document.paths.paths.values_mut() {
        let operations = [&mut path.get, &mut path.put, &mut path.post, &mut path.delete, &mut path.patch];
        for security in operations.into_iter().flatten().filter_map(|it| it.security.as_mut()) {
            let of_key = |it: &SecurityRequirement| {
                serde_json::to_value(it).is_ok_and(|it| it.get("api_key").is_some())
            };
            if security.iter().any(of_key) {
                security.push(session());
            }
        }
    }
    document
}

/// The answers that go wrong, by the name under which operations refer to them.
const ANSWERS: [(&str, &str, &str); 12] = [
    ("400", "BadRequest", "The request cannot be understood."),
    ("401", "Unauthenticated", "Credentials are missing, unknown, revoked or expired."),
    ("403", "Forbidden", "The credentials do not allow it."),
    ("404", "NotFound", "It does not exist here, or not for these credentials."),
    ("406", "NotAcceptable", "Nothing that was asked for can be given."),
    ("409", "Conflict", "It stands against something that is there."),
    ("413", "TooLarge", "The body is too large."),
    ("415", "UnsupportedMediaType", "The body is of another kind than expected."),
    ("422", "Unprocessable", "Values cannot be accepted; `errors` says which."),
    ("429", "RateLimited", "Too many requests; `Retry-After` says when to go on."),
    ("500", "Internal", "The server failed; nothing is known to be done."),
    ("503", "Unavailable", "The database cannot be reached; nothing was changed."),
];

/// What every operation begins with.
pub(crate) fn base() -> OpenApi {
    let mut components = ComponentsBuilder::new()
        .schema_from::<Document<'static>>()
        .schema_from::<Fault>()
        .security_scheme("api_key", bearer("An API key (`bfk_…`) with the scopes that an operation names."))
        .security_scheme(
            "user_token",
            bearer("A user token: one that was issued (`bfu_…`), or a JWT that the host product signed."),
        );
    let about = "The session of an operator: the cookie that signing in sets. What changes something with it needs the \
        header `X-Belfry-Console: 1`. An operator may do what their role in the workspace permits.";
    let session =
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description("belfry_session", about)));
    components = components.security_scheme("session", session);
    for (_, name, description) in ANSWERS {
        components = components.response(name, answer(description));
    }
    let about = "Send notifications to the people of a workspace and see what became of every one of them. Errors are \
        `application/problem+json` (RFC 9457) with a stable `code`. Lists are `{items, next}` with opaque cursors. Times \
        are RFC 3339, durations whole seconds. A repeated `Idempotency-Key` with the same body gives the same answer for \
        a day.";
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Belfry")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(about))
                .license(Some(
                    LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build(),
                )),
        )
        .components(Some(components.build()))
        .build()
}

fn bearer(description: &str) -> SecurityScheme {
    let mut http = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    http.description = Some(description.to_owned());
    SecurityScheme::Http(http)
}

fn answer(description: &str) -> Response {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(Document::name()))).build();
    ResponseBuilder::new().description(description).content("application/problem+json", problem).build()
}

fn some(statuses: &[&str]) -> BTreeMap<String, RefOr<Response>> {
    ANSWERS
        .iter()
        .filter(|(status, ..)| statuses.contains(status))
        .map(|(status, name, _)| ((*status).to_owned(), RefOr::Ref(Ref::from_response_name(*name))))
        .collect()
}

macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident = $($status:literal)*;)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                some(&[$($status),*])
            }
        }
    )*};
}

answers! {
    /// What can go wrong with an operation that reads.
    Reads = "400" "401" "403" "404" "422" "429" "500" "503";
    /// What can go wrong with an operation that changes something and has no body.
    Changes = "400" "401" "403" "404" "409" "422" "429" "500" "503";
    /// What can go wrong with an operation that has a body.
    Writes = "400" "401" "403" "404" "409" "413" "415" "422" "429" "500" "503";
    /// What can go wrong where someone shows who they are.
    SignIns = "400" "401" "403" "413" "415" "422" "429" "500" "503";
    /// What can go wrong with the live stream.
    Streams = "400" "401" "403" "404" "406" "429" "500" "503";
    /// What can go wrong where nobody has to say who they are.
    Open = "400" "403" "404" "422" "429" "500" "503";
}
