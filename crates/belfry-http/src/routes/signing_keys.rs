//! Keys with which a host product signs user tokens (JWT), so that its pages need no call to issue one.

use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use belfry_store::SigningKey;
use belfry_types::id::SigningKeyId;
use belfry_types::limits::NAME_CHARS;
use belfry_types::rights::Permission;
use belfry_types::time::Millis;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::extract::{Json, Path, Query};
use crate::faults::Faults;
use crate::jwt::{ALGORITHMS, decoding_key};
use crate::openapi::{Changes, Reads, Writes};
use crate::page::{Cursor, Page, Paging};
use crate::place::{InWorkspace, WorkspacePath};
use crate::problem::Problem;
use crate::state::AppState;

/// Bytes of a secret at least (RFC 7518 §3.2) and at most.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 32..=1_024;
/// Bytes of a public key in PEM at most.
const PEM_BYTES: usize = 4_096;

/// A signing key without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SigningKey)]
pub struct SigningKeyOut {
    /// Its id: the `kid` of the tokens that it signs.
    #[schema(value_type = String, example = "sgk_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    id: SigningKeyId,
    /// What it is for.
    name: String,
    /// `HS256`, `ES256` or `EdDSA`.
    algorithm: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Millis,
    /// When it was revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Millis>,
}

impl From<SigningKey> for SigningKeyOut {
    fn from(key: SigningKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            algorithm: key.algorithm,
            created_at: key.created_at,
            revoked_at: key.revoked_at,
        }
    }
}

/// A signing key that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewSigningKeyAnswer)]
pub struct Made {
    /// The key.
    #[serde(flatten)]
    key: SigningKeyOut,
    /// The secret that was made for HS256; shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// How tokens are signed.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[schema(as = SigningAlgorithm)]
pub enum AlgorithmIn {
    /// HMAC with SHA-256 and a shared secret.
    HS256,
    /// ECDSA on P-256 with SHA-256.
    ES256,
    /// Ed25519.
    EdDSA,
}

/// A signing key to register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSigningKey, example = json!({"name": "shop", "algorithm": "HS256"}))]
pub struct NewSigningKeyIn {
    /// What it is for.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// How tokens are signed; no other algorithm is taken from its tokens.
    algorithm: AlgorithmIn,
    /// HS256 only: the secret, at least 32 bytes; one is made if it is missing.
    #[schema(min_length = 32, max_length = 1024)]
    secret: Option<String>,
    /// ES256 and EdDSA only: the public key in PEM.
    public_key: Option<String>,
}

/// List signing keys
///
/// Needs `settings:read`.
#[utoipa::path(
    get, path = "/v1/workspaces/{ws}/signing-keys", operation_id = "listSigningKeys", tag = "signing keys",
    params(WorkspacePath, Paging),
    responses((status = 200, description = "A page of keys.", body = Page<SigningKeyOut>), Reads),
    security(("api_key" = ["settings:read"])),
)]
pub async fn list(
    State(app): State<AppState>,
    place: InWorkspace,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<SigningKeyOut>>, Problem> {
    let scope = place.allow(Permission::SettingsRead)?;
    let rows = app.store().signing_keys(scope, paging.position()?, paging.limit.and_one()).await?;
    Ok(axum::Json(Page::of(rows, paging.limit.rows(), |key| Cursor::one(key.num), Into::into)))
}

/// Register a signing key
///
/// The host product's server signs a JWT with `kid` this key's id, `sub` the external id, `aud` `belfry-inbox` and `exp`
/// at most an hour away; its pages use that as a user token. Needs `settings:write` and `tokens:write`. There is no
/// replay by `Idempotency-Key` here, because the secret is not kept in the clear.
#[utoipa::path(
    post, path = "/v1/workspaces/{ws}/signing-keys", operation_id = "createSigningKey", tag = "signing keys",
    params(WorkspacePath),
    request_body = NewSigningKeyIn,
    responses((status = 201, description = "The key.", body = Made), Writes),
    security(("api_key" = ["settings:write", "tokens:write"])),
)]
pub async fn create(
    State(app): State<AppState>,
    place: InWorkspace,
    Json { value: new, .. }: Json<NewSigningKeyIn>,
) -> Result<(StatusCode, axum::Json<Made>), Problem> {
    // Whoever can sign tokens can act as anyone.
    place.allow(Permission::TokensWrite)?;
    let scope = place.allow(Permission::SettingsWrite)?;
    let mut faults = Faults::default();
    faults.line("/name", &new.name, NAME_CHARS);
    let [hs256, es256, eddsa] = ALGORITHMS;
    let mut made = None;
    let (algorithm, material) = match new.algorithm {
        AlgorithmIn::HS256 => {
            if new.public_key.is_some() {
                faults.add("/public_key", "value_invalid", "HS256 has a secret, no public key");
            }
            if let Some(secret) = &new.secret
                && !SECRET_BYTES.contains(&secret.len())
            {
                faults.add("/secret", "value_invalid", "a secret has 32 to 1024 bytes");
            }
            let secret = new.secret.unwrap_or_else(|| {
                let mut random = [0; 32];
                app.rng.fill(&mut random);
                made.insert(URL_SAFE_NO_PAD.encode(random)).clone()
            });
            (hs256, secret)
        }
        AlgorithmIn::ES256 | AlgorithmIn::EdDSA => {
            let name = if matches!(new.algorithm, AlgorithmIn::ES256) { es256 } else { eddsa };
            if new.secret.is_some() {
                faults.add("/secret", "value_invalid", format!("{name} has a public key, no secret"));
            }
            let pem = new.public_key.unwrap_or_default();
            // A private key would be kept and shown to nobody, but it has no business here.
            let public = pem.len() <= PEM_BYTES && pem.contains("BEGIN PUBLIC KEY");
            if !public || decoding_key(name, pem.as_bytes()).is_err() {
                faults.add(
                    "/public_key",
                    "value_invalid",
                    format!("a public key for {name} in PEM is expected"),
                );
            }
            (name, pem)
        }
    };
    faults.done()?;
    let key = app.store().create_signing_key(scope, &new.name, algorithm, material.as_bytes()).await?;
    Ok((StatusCode::CREATED, axum::Json(Made { key: key.into(), secret: made })))
}

/// `{ws}` and `{key}` of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SigningKeyPath {
    /// Id or slug of the workspace.
    #[allow(dead_code)]
    ws: String,
    /// Id of the key.
    #[param(value_type = String, example = "sgk_0198c5a8b1f07d2fa6a1c3e5f7092b4d")]
    key: SigningKeyId,
}

/// Revoke a signing key
///
/// Tokens that it signed open nothing any more after five seconds at most. Needs `settings:write`.
#[utoipa::path(
    delete, path = "/v1/workspaces/{ws}/signing-keys/{key}", operation_id = "revokeSigningKey", tag = "signing keys",
    params(SigningKeyPath),
    responses((status = 204, description = "It is revoked."), Changes),
    security(("api_key" = ["settings:write"])),
)]
pub async fn revoke(
    State(app): State<AppState>,
    place: InWorkspace,
    Path(path): Path<SigningKeyPath>,
) -> Result<StatusCode, Problem> {
    let scope = place.allow(Permission::SettingsWrite)?;
    app.store().revoke_signing_key(scope, path.key).await?;
    app.credentials.forget();
    // Open connections do not know which key let them in: those of the workspace say again who they are.
    app.engine().live().recheck(scope.organization(), Some(scope.workspace()), None);
    Ok(StatusCode::NO_CONTENT)
}
