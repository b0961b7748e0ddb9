//! PINs and tokens: how somebody becomes known to plex.tv, and how that ends.

use super::{Grant, PINS, Pin, Scope, World};
use crate::fake_plex::{chance, refusal::Refusal};

impl World {
    /// Issues a fresh account token.
    pub fn issue_token(&mut self, account: u64, client_identifier: Option<&str>) -> String {
        let token = chance::token();
        self.register_token(&token, account, client_identifier);
        token
    }

    /// Makes `token` a living account token, for worlds that want the same one at every start.
    pub fn register_token(&mut self, token: &str, account: u64, client_identifier: Option<&str>) {
        self.tokens.insert(
            token.to_owned(),
            Grant { account, scope: Scope::Account, client_identifier: client_identifier.map(str::to_owned) },
        );
    }

    /// The owner's token for one server; the same one each time it is asked for.
    pub fn server_token(&mut self, machine_identifier: &str, owner: u64) -> String {
        let scope = Scope::Server(machine_identifier.to_owned());
        let known = self
            .tokens
            .iter()
            .find(|(_, g)| g.account == owner && g.scope == scope)
            .map(|(token, _)| token.clone());
        known.unwrap_or_else(|| {
            let token = chance::token();
            let grant = Grant { account: owner, scope, client_identifier: None };
            self.tokens.insert(token.clone(), grant);
            token
        })
    }

    /// Kills every token of an account, as "sign out all devices" does; says how many.
    pub fn revoke_tokens(&mut self, account: u64) -> usize {
        let before = self.tokens.len();
        self.tokens.retain(|_, grant| grant.account != account);
        before - self.tokens.len()
    }

    /// Makes a PIN: strong ones live 1800 s, typed ones 900 s.
    pub fn create_pin(&mut self, client_identifier: &str, product: &str, strong: bool) -> Pin {
        let id = self.next(PINS);
        let created_at = self.now();
        let (code, life_s) = if strong { (chance::strong_code(), 1800) } else { (chance::link_code(), 900) };
        let life_s = self.config.pins_live_s.unwrap_or(life_s);
        let pin = Pin {
            id,
            code,
            client_identifier: client_identifier.to_owned(),
            product: product.to_owned(),
            created_at,
            expires_at: created_at + life_s * 1000,
            auth_token: None,
            polled_at: None,
        };
        self.pins.insert(id, pin.clone());
        pin
    }

    /// One look at a PIN by the client that made it.
    ///
    /// # Errors
    /// Unknown, expired and somebody else's PIN look the same; polling too fast is refused.
    pub fn poll_pin(&mut self, id: u64, client_identifier: &str) -> Result<Pin, Refusal> {
        let now = self.now();
        let gap = self.config.pin_poll_gap_ms;
        let pin = self
            .pins
            .get_mut(&id)
            .filter(|pin| pin.expires_at > now && pin.client_identifier == client_identifier)
            .ok_or(Refusal::PinNotFound)?;
        let too_soon = pin.polled_at.is_some_and(|last| now - last < gap);
        pin.polled_at = Some(now);
        if too_soon {
            return Err(Refusal::RateLimited);
        }
        Ok(pin.clone())
    }

    /// The living PIN with this code.
    pub fn pin_by_code(&self, code: &str) -> Option<&Pin> {
        let now = self.now();
        self.pins.values().find(|pin| pin.code.eq_ignore_ascii_case(code) && pin.expires_at > now)
    }

    /// Somebody confirmed a PIN on the sign-in page: the PIN gets a token of their account, and
    /// invitations to their address become theirs.
    ///
    /// # Errors
    /// When the code is unknown or expired, or the account cannot sign in.
    pub fn sign_in(&mut self, code: &str, account: u64) -> Result<String, Refusal> {
        let pin = self.pin_by_code(code).ok_or(Refusal::PinNotFound)?;
        let (id, client_identifier) = (pin.id, pin.client_identifier.clone());
        match self.accounts.get(&account) {
            None => return Err(Refusal::NotFound),
            Some(account) if account.restricted => {
                return Err(Refusal::NotAllowed("Managed users cannot sign in".into()));
            }
            Some(_) => {}
        }
        let token = self.issue_token(account, Some(&client_identifier));
        if let Some(pin) = self.pins.get_mut(&id) {
            pin.auth_token = Some(token.clone());
        }
        self.claim_invitations(account);
        Ok(token)
    }
}
