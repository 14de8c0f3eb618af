//! Operators as the console knows them: setting up, signing in, giving roles.

use serde_json::{Value, json};

use crate::{Answer, Api, Server};

/// The password of every operator here.
pub const PASSWORD: &str = "correct horse battery staple";

/// What follows `#` in a link.
///
/// # Panics
/// There is none.
pub fn token_of(link: &str) -> &str {
    link.trim().rsplit_once('#').unwrap_or_else(|| panic!("no token in {link:?}")).1
}

/// The client that an answer signs in.
///
/// # Panics
/// The answer sets no cookie.
pub fn signed_in(api: &Api, answer: &Answer) -> Api {
    let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default();
    assert!(cookie.starts_with("belfry_session=bs_"), "{}: {:?}", answer.asked, answer.headers);
    api.with_session(cookie)
}

/// Tries to sign in.
pub async fn try_sign_in(api: &Api, email: &str, password: &str) -> Answer {
    api.anonymous().post("/v1/session", &json!({ "email": email, "password": password })).await
}

/// Signs in.
///
/// # Panics
/// It is refused.
pub async fn sign_in(api: &Api, email: &str) -> Api {
    let answer = try_sign_in(api, email, PASSWORD).await;
    answer.expect(200);
    signed_in(api, &answer)
}

/// Gives someone a role in a workspace, lets them set their password, and signs them in.
///
/// # Panics
/// Something of it is refused.
pub async fn new_operator(asking: &Api, workspace: &str, email: &str, role: &str) -> Api {
    let body = json!({ "email": email, "name": email, "role": role });
    let given = asking.put(&format!("/v1/workspaces/{workspace}/operators"), &body).await.expect(200);
    let link = given["link"].as_str().unwrap_or_else(|| panic!("no link in {given}"));
    set_password(asking, link, PASSWORD).await.expect(204);
    sign_in(asking, email).await
}

/// Sets a password with a link.
pub async fn set_password(api: &Api, link: &str, password: &str) -> Answer {
    let body = json!({ "token": token_of(link), "password": password });
    api.anonymous().post("/v1/password-reset", &body).await
}

impl Server {
    /// Sets up with the link that the server printed, where `init` made the organization; the owner.
    ///
    /// # Panics
    /// It is refused.
    pub async fn owner(&mut self, email: &str) -> Api {
        let token = self.setup_token().await;
        let body = json!({ "token": token, "name": "Ann Lee", "email": email, "password": PASSWORD });
        let answer = self.api().anonymous().post("/v1/setup", &body).await;
        answer.expect(201);
        signed_in(&self.api(), &answer)
    }

    /// The path of something in a workspace of a session.
    pub fn of(session: &Value, path: &str) -> String {
        let slug = &session["organizations"][0]["workspaces"][0]["slug"];
        format!("/v1/workspaces/{}{path}", slug.as_str().expect("a workspace"))
    }
}
