//! Shortcuts to a PUM that is further along: with a server, with its libraries.

use pum_app::libraries;
use pum_app::secret::{Place, Secret};
use pum_domain::PlexId;
use pum_domain::server::TokenKind;
use pum_store::libraries::{self as store, Library};
use pum_store::plex_server::{self, Connection};

use crate::test_app::TestApp;

impl TestApp {
    /// Connects the fake's first server as the wizard would, and reads its libraries.
    pub async fn connect_server(&self) -> Vec<Library> {
        let server = self.plex.server(0);
        let place = Place { table: "plex_server", column: "token_sealed", row: "1" };
        let token_sealed = self.ctx.keys().seal(place, &Secret::new(self.plex.owner_token()));
        let owner = i64::try_from(self.plex.owner()).expect("an account id");
        let connection = Connection {
            machine_identifier: server.machine_identifier().to_owned(),
            owner_plex_id: PlexId(owner),
            owner_username: "olivia".to_owned(),
            name: "Aurora".to_owned(),
            version: "1.41.9".to_owned(),
            url: server.url().to_owned(),
            token_sealed,
            token_kind: TokenKind::Account,
        };
        let tx = self.ctx.db().begin().await.expect("begin");
        plex_server::connect(&tx, connection).await.expect("connect the server");
        tx.commit().await.expect("commit");
        self.refresh_libraries().await
    }

    /// Reads the libraries again, as the job does.
    pub async fn refresh_libraries(&self) -> Vec<Library> {
        libraries::refresh(&self.ctx).await.expect("read the libraries");
        libraries::count_items(&self.ctx).await.expect("count the items");
        self.libraries().await
    }

    /// A library is deleted, and has been missed at two looks far enough apart.
    pub async fn lose_library(&self, title: &str) -> Vec<Library> {
        let server = self.plex.server(0);
        assert!(self.plex.world(|world| world.remove_library(server.machine_identifier(), title)), "{title}");
        self.refresh_libraries().await;
        self.minutes_pass(10);
        self.refresh_libraries().await
    }

    /// The libraries that PUM knows, gone ones included.
    pub async fn libraries(&self) -> Vec<Library> {
        let machine_identifier = self.plex.server(0).machine_identifier().to_owned();
        store::of_server(&self.ctx.reader(), &machine_identifier).await.expect("read the libraries")
    }
}
