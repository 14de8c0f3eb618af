//! Every route: one file per resource, with its handlers, its input and output types and its documentation.

pub(crate) mod api_keys;
pub(crate) mod audiences;
pub(crate) mod deliveries;
pub(crate) mod devices;
pub(crate) mod events;
pub(crate) mod groups;
pub(crate) mod health;
pub(crate) mod inbox;
pub(crate) mod live;
pub(crate) mod me;
pub(crate) mod notifications;
pub(crate) mod organizations;
pub(crate) mod pages;
pub(crate) mod push;
pub(crate) mod receipts;
pub(crate) mod signing_keys;
pub(crate) mod tokens;
pub(crate) mod users;
pub(crate) mod users_batch;
pub(crate) mod workspaces;

use axum::Router;
use axum::middleware::from_fn_with_state;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;
use crate::{gate, openapi};

/// The routes of the API with their documentation.
pub(crate) fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::base())
        .routes(routes!(organizations::get))
        .routes(routes!(organizations::users))
        .routes(routes!(organizations::notifications))
        .routes(routes!(api_keys::list, api_keys::create))
        .routes(routes!(api_keys::revoke))
        .routes(routes!(workspaces::list, workspaces::create))
        .routes(routes!(workspaces::get, workspaces::change))
        .routes(routes!(signing_keys::list, signing_keys::create))
        .routes(routes!(signing_keys::revoke))
        .routes(routes!(users::list))
        .routes(routes!(users::put, users::get, users::change, users::delete))
        .routes(routes!(users_batch::batch))
        .routes(routes!(tokens::issue, tokens::end))
        .routes(routes!(groups::list, groups::create))
        .routes(routes!(groups::delete))
        .routes(routes!(audiences::preview))
        .routes(routes!(notifications::list, notifications::send))
        .routes(routes!(notifications::get))
        .routes(routes!(deliveries::list))
        .routes(routes!(events::raise))
        .routes(routes!(events::get))
        .routes(routes!(me::get))
        .routes(routes!(inbox::list))
        .routes(routes!(inbox::unread_count))
        .routes(routes!(inbox::read_all))
        .routes(routes!(inbox::get, inbox::delete))
        .routes(routes!(inbox::read))
        .routes(routes!(inbox::unread))
        .routes(routes!(inbox::archive))
        .routes(routes!(live::live))
        .routes(routes!(devices::list, devices::register))
        .routes(routes!(devices::remove))
        .routes(routes!(receipts::record))
        .routes(routes!(push::public_key))
        .routes(routes!(push::regions))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
}

/// Everything that the server answers.
pub fn router(state: AppState) -> Router {
    let (api, document) = api().split_for_parts();
    api.merge(pages::router(&document))
        .fallback(gate::unknown_route)
        .method_not_allowed_fallback(gate::unknown_method)
        .layer(from_fn_with_state(state.clone(), gate::around))
        .with_state(state)
}
