//! `belfry init`: an organization with a workspace, an operator and an API key, without a browser.

use belfry_config::Settings;
use belfry_store::{NewApiKey, NewOrganization, NewWorkspace};
use belfry_types::limits::API_KEY_DAYS;
use belfry_types::people::email_key;
use belfry_types::rights::{Permissions, Role};
use belfry_types::scope::Scope;
use belfry_types::time::Clock as _;
use clap::Args;
use serde_json::json;

use crate::data;

/// Makes an organization with a workspace, an operator and an API key
#[derive(Debug, Args)]
pub struct Init {
    /// The operator's email address
    #[arg(long)]
    email: String,
    /// Name of the organization; another name makes another one
    #[arg(long, default_value = "My organization")]
    organization: String,
    /// Name of its workspace; by default that of the organization
    #[arg(long)]
    workspace: Option<String>,
    /// IANA time zone of the workspace
    #[arg(long, default_value = "UTC")]
    time_zone: String,
    /// Language of people who have none set
    #[arg(long, default_value = "en")]
    locale: String,
    /// Print one line of JSON
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub async fn run(args: Init, settings: &Settings) -> anyhow::Result<()> {
    let email = email_key(&args.email);
    anyhow::ensure!(
        email.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') || domain == "localhost"),
        "{:?} is not an email address; nothing was made",
        args.email
    );
    anyhow::ensure!(!args.organization.trim().is_empty(), "the organization needs a name; nothing was made");
    let opened = data::open(settings).await?;
    let store = &opened.store;
    if store.organization_by_name(&args.organization).await?.is_some() {
        anyhow::bail!(
            "there is an organization named {:?} already; nothing was made. Give another --organization",
            args.organization
        );
    }
    let organization = store
        .create_organization(NewOrganization {
            name: args.organization.clone(),
            slug_hint: None,
            default_locale: args.locale.clone(),
        })
        .await?;
    let scope = Scope::granted(organization.num);
    let workspace = store
        .create_workspace(
            scope,
            NewWorkspace {
                name: args.workspace.unwrap_or(args.organization),
                slug_hint: None,
                time_zone: args.time_zone,
                default_locale: args.locale,
            },
        )
        .await?;
    let name = args.email.split('@').next().unwrap_or_default();
    let operator = store.create_operator(scope, &args.email, name, Role::Owner, None).await?;
    let expires_at =
        opened.clock.now().plus(std::time::Duration::from_secs(u64::from(API_KEY_DAYS) * 86_400));
    let key = NewApiKey {
        workspace: None,
        name: "init".into(),
        permissions: Permissions::all(),
        expires_at: Some(expires_at),
    };
    let (_, secret) = store.create_api_key(scope, key).await?;
    store.close().await;
    if args.json {
        let line = json!({
            "organization": organization.slug,
            "organization_id": organization.id,
            "workspace": workspace.slug,
            "workspace_id": workspace.id,
            "operator": operator.id,
            "api_key": secret.reveal(),
            "api_key_expires_at": expires_at,
        });
        println!("{line}");
    } else {
        println!("Made organization {} with workspace {}.", organization.slug, workspace.slug);
        println!("Its API key is shown only now:\n");
        println!("  export BELFRY_API_KEY={}", secret.reveal());
        println!("  export BELFRY_WORKSPACE={}\n", workspace.slug);
        println!("Start the server with: belfry serve --data {}", settings.server.data.display());
    }
    Ok(())
}
