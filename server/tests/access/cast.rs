//! A project, and everybody who may ask something of it.

use burgee_server::access::keys;
use burgee_server::access::users::add;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json as object};

use crate::support::{ADMIN, SDK, Service, json};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    Anonymous,
    /// A user with a project of their own.
    Foreigner,
    Viewer,
    Editor,
    Owner,
    /// A user who is an admin of the instance.
    Operator,
    /// The key that may do everything.
    AdminKey,
    /// The key of applications of the project `default`.
    SdkKey,
    /// The key that the project shows.
    ProjectKey,
}

impl Who {
    pub(crate) const ALL: [Self; 9] = [
        Self::Anonymous,
        Self::Foreigner,
        Self::Viewer,
        Self::Editor,
        Self::Owner,
        Self::Operator,
        Self::AdminKey,
        Self::SdkKey,
        Self::ProjectKey,
    ];
}

pub(crate) struct Cast {
    pub(crate) service: Service,
    /// The project that all but the foreigner have to do with.
    pub(crate) project: String,
    admin: &'static str,
    tokens: Vec<(Who, String)>,
    ids: Vec<(Who, String)>,
}

impl Cast {
    pub(crate) async fn start() -> Self {
        Self::on_configured(Service::start().await, ADMIN).await
    }

    /// On a service with another admin key.
    pub(crate) async fn on_configured(service: Service, admin: &'static str) -> Self {
        let (mut tokens, mut ids) = (Vec::new(), Vec::new());
        for who in [Who::Foreigner, Who::Viewer, Who::Editor, Who::Owner, Who::Operator] {
            let email = format!("{who:?}@example.com").to_lowercase();
            let app = &service.app;
            let operator = who == Who::Operator;
            let user = add(app.store.as_ref(), &app.passwords, &email, "a good password", operator).await.unwrap();
            tokens.push((who, app.tokens.issue(&user.id, now()).unwrap()));
            ids.push((who, user.id));
        }
        let mut cast = Self { service, project: String::new(), admin, tokens, ids };
        let named = object!({"name": "P"});
        let (status, project) = json(cast.ask(Who::Owner, Method::POST, "/api/projects").json(&named)).await;
        assert_eq!(status, 201, "{project}");
        cast.project = project["id"].as_str().unwrap().to_owned();
        assert_eq!(json(cast.ask(Who::Foreigner, Method::POST, "/api/projects").json(&named)).await.0, 201);
        for (who, role) in [(Who::Viewer, "viewer"), (Who::Editor, "editor")] {
            let path = format!("{}/members/{}", cast.path(""), cast.id(who));
            let (status, body) = json(cast.ask(Who::Owner, Method::PUT, &path).json(&object!({"role": role}))).await;
            assert_eq!(status, 200, "{body}");
        }
        cast
    }

    pub(crate) fn path(&self, below: &str) -> String {
        format!("/api/projects/{}{below}", self.project)
    }

    pub(crate) fn id(&self, who: Who) -> &str {
        self.ids.iter().find(|(known, _)| *known == who).map(|(_, id)| id.as_str()).unwrap()
    }

    pub(crate) fn token(&self, who: Who) -> &str {
        self.tokens.iter().find(|(known, _)| *known == who).map(|(_, token)| token.as_str()).unwrap()
    }

    /// A request with somebody's credentials.
    pub(crate) fn ask(&self, who: Who, method: Method, path: &str) -> RequestBuilder {
        let request = self.service.request(method, path);
        match who {
            Who::Anonymous => request,
            Who::AdminKey => request.header("X-Admin-API-Key", self.admin),
            Who::SdkKey => request.header("X-SDK-Key", SDK),
            // The one that it shows now.
            Who::ProjectKey => {
                let key = keys::project_key(&self.service.app, &self.project).unwrap();
                request.header("X-SDK-Key", &*key)
            }
            user => request.bearer_auth(self.token(user)),
        }
    }

    /// The status and the body of a request with a body.
    pub(crate) async fn send(&self, who: Who, method: Method, path: &str, body: Value) -> (u16, Value) {
        json(self.ask(who, method, path).json(&body)).await
    }

    /// The status of a request without one.
    pub(crate) async fn status(&self, who: Who, method: Method, path: &str) -> u16 {
        json(self.ask(who, method, path)).await.0
    }
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}
