//! `belfry operators`: who can sign in, for whoever runs the installation. It works on the database itself, so that it
//! helps when nobody can sign in any more.

use std::time::Duration;

use anyhow::Context as _;
use belfry_config::Settings;
use belfry_store::Store;
use belfry_types::limits::{RESET_LINK_S, WELCOME_LINK_S};
use belfry_types::people::email_key;
use belfry_types::rights::Role;
use clap::{Args, Subcommand};

use crate::data;

/// Lists operators, adds them, and lets one set a new password
#[derive(Debug, Args)]
pub struct Operators {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Prints each operator with their roles
    List,
    /// Prints a link with which an operator sets a new password: good once, within an hour
    ResetPassword {
        /// The operator's email address
        email: String,
    },
    /// Gives someone a role in a whole organization, whether they are an operator already or not
    Add {
        /// Their email address
        email: String,
        /// Id or slug of the organization
        #[arg(long)]
        organization: String,
        /// Their name; by default what is before the @
        #[arg(long)]
        name: Option<String>,
        /// owner or admin
        #[arg(long, default_value = "admin", value_parser = ["owner", "admin"])]
        role: String,
    },
}

/// Runs it.
pub async fn run(args: Operators, settings: &Settings) -> anyhow::Result<()> {
    let store = data::open(settings).await?.store;
    let done = match args.what {
        What::List => list(&store).await,
        What::ResetPassword { email } => reset(&store, settings, &email).await,
        What::Add { email, organization, name, role } => {
            let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
            let role = Role::parse(&role).context("the role is owner or admin")?;
            add(&store, settings, &email, &organization, &name, role).await
        }
    };
    store.close().await;
    done
}

async fn list(store: &Store) -> anyhow::Result<()> {
    for (operator, pending, organization, role) in store.all_operators().await? {
        let state = if pending { "\thas no password yet" } else { "" };
        println!("{}\t{}\t{role} in {organization}{state}", operator.email, operator.name);
    }
    Ok(())
}

async fn reset(store: &Store, settings: &Settings, email: &str) -> anyhow::Result<()> {
    let operator = store.operator_by_email(email).await?;
    let operator = operator.with_context(|| format!("no operator has the address {email:?}"))?;
    let link = store.password_link(operator.num, Duration::from_secs(RESET_LINK_S)).await?;
    println!("{}/reset#{}", public_url(settings), link.reveal());
    eprintln!("Good once, within an hour. Whoever opens it signs in as {}.", operator.email);
    Ok(())
}

async fn add(
    store: &Store,
    settings: &Settings,
    email: &str,
    organization: &str,
    name: &str,
    role: Role,
) -> anyhow::Result<()> {
    let fits = email_key(email).split_once('@').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
    anyhow::ensure!(fits, "{email:?} is not an email address; nothing was changed");
    let organization = store
        .find_organization(organization)
        .await?
        .with_context(|| format!("there is no organization {organization:?}; nothing was changed"))?;
    let scope = belfry_types::scope::Scope::granted(organization.num);
    let operator = store.create_operator(scope, email, name, role, None).await?;
    println!("{} is {role} of {} now.", operator.email, organization.name);
    if store.has_password(operator.num).await? {
        return Ok(());
    }
    let link = store.password_link(operator.num, Duration::from_secs(WELCOME_LINK_S)).await?;
    println!("{}/reset#{}", public_url(settings), link.reveal());
    eprintln!("Good once, within a week. Whoever opens it sets the password.");
    Ok(())
}

/// What links begin with, as the server of these settings makes them.
fn public_url(settings: &Settings) -> String {
    let listens = || format!("http://{}", settings.server.listen);
    settings.server.public_url.as_ref().map_or_else(listens, |url| url.0.clone())
}
