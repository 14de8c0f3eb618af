//! Every route: one file per resource, with its handlers, its input and output types and its documentation.

pub(crate) mod api_keys;
pub(crate) mod audiences;
pub(crate) mod console_page;
pub(crate) mod deliveries;
pub(crate) mod devices;
pub(crate) mod draft_fields;
pub(crate) mod drafts;
pub(crate) mod events;
pub(crate) mod groups;
pub(crate) mod health;
pub(crate) mod import_rejects;
pub(crate) mod import_run;
pub(crate) mod import_upload;
pub(crate) mod imports;
pub(crate) mod inbox;
pub(crate) mod links;
pub(crate) mod live;
pub(crate) mod me;
pub(crate) mod myself;
pub(crate) mod notification_view;
pub(crate) mod notifications;
pub(crate) mod operator;
pub(crate) mod organizations;
pub(crate) mod overview;
pub(crate) mod pages;
pub(crate) mod personal_data;
pub(crate) mod photos;
pub(crate) mod preferences;
pub(crate) mod previews;
pub(crate) mod push;
pub(crate) mod push_settings;
pub(crate) mod quota;
pub(crate) mod receipts;
pub(crate) mod sending;
pub(crate) mod session;
pub(crate) mod setup;
pub(crate) mod sign_out;
pub(crate) mod signing_keys;
pub(crate) mod staff;
pub(crate) mod tokens;
pub(crate) mod user_end;
pub(crate) mod user_page;
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
        .routes(routes!(setup::get, setup::set_up))
        .routes(routes!(session::sign_in, session::get, session::sign_out))
        .routes(routes!(operator::change))
        .routes(routes!(operator::change_password))
        .routes(routes!(operator::sessions, operator::end_others))
        .routes(routes!(operator::end))
        .routes(routes!(operator::reset))
        .routes(routes!(staff::list, staff::put))
        .routes(routes!(staff::remove))
        .routes(routes!(myself::get, myself::join_here))
        .routes(routes!(myself::token))
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
        .routes(routes!(users::put, user_page::get, users::change, user_end::delete))
        .routes(routes!(user_end::restore))
        .routes(routes!(user_page::notifications))
        .routes(routes!(user_page::remove_device))
        .routes(routes!(user_page::test_device))
        .routes(routes!(overview::get))
        .routes(routes!(imports::list, import_upload::create))
        .routes(routes!(imports::get, import_run::change, imports::delete))
        .routes(routes!(import_run::check))
        .routes(routes!(import_run::run))
        .routes(routes!(import_rejects::rejects))
        .routes(routes!(users_batch::batch))
        .routes(routes!(tokens::issue, tokens::end))
        .routes(routes!(groups::list, groups::create))
        .routes(routes!(groups::get, groups::change, groups::delete))
        .routes(routes!(audiences::preview))
        .routes(routes!(notifications::list, notifications::send))
        .routes(routes!(notifications::get, drafts::delete_notification))
        .routes(routes!(drafts::duplicate))
        .routes(routes!(sending::cancel))
        .routes(routes!(drafts::create))
        .routes(routes!(drafts::get, drafts::change, drafts::delete))
        .routes(routes!(sending::send))
        .routes(routes!(sending::test))
        .routes(routes!(previews::preview))
        .routes(routes!(previews::reach))
        .routes(routes!(photos::upload))
        .routes(routes!(photos::get))
        .routes(routes!(quota::get))
        .routes(routes!(push_settings::get))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::export))
        .routes(routes!(events::raise))
        .routes(routes!(events::get))
        .routes(routes!(links::preview))
        .routes(routes!(links::redeem))
        .routes(routes!(me::get, me::change, me::delete))
        .routes(routes!(preferences::get, preferences::put))
        .routes(routes!(personal_data::get))
        .routes(routes!(sign_out::here))
        .routes(routes!(sign_out::everywhere))
        .routes(routes!(inbox::list))
        .routes(routes!(inbox::unread_count))
        .routes(routes!(inbox::read_all))
        .routes(routes!(inbox::get, inbox::delete))
        .routes(routes!(inbox::read))
        .routes(routes!(inbox::unread))
        .routes(routes!(inbox::archive))
        .routes(routes!(inbox::unarchive))
        .routes(routes!(live::live))
        .routes(routes!(devices::list, devices::register))
        .routes(routes!(devices::remove))
        .routes(routes!(devices::test))
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
    let document = openapi::complete(document);
    api.merge(pages::router(&document))
        .route("/preview/{token}", axum::routing::get(previews::page))
        .fallback(console_page::unknown)
        .method_not_allowed_fallback(gate::unknown_method)
        .layer(from_fn_with_state(state.clone(), gate::around))
        .with_state(state)
}
