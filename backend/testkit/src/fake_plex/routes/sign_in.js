// Everything arrives in the fragment: `#?clientID=..&code=..&forwardUrl=..`, or with `#!?`.
const asked = new URLSearchParams(location.hash.replace(/^#!?\??/, ""));
const code = asked.get("code") ?? "";
const clientId = asked.get("clientID") ?? "";
const forwardUrl = asked.get("forwardUrl");
const at = (id) => document.getElementById(id);

function leave(words) {
  // Plex adds nothing to the address, and stays where it is without one.
  if (forwardUrl) location.assign(forwardUrl);
  else {
    at("accounts").replaceChildren();
    at("cancel").hidden = true;
    at("lead").textContent = words;
  }
}

function complain(words) {
  at("problem").textContent = words;
  at("problem").hidden = false;
}

async function signIn(account) {
  const answer = await fetch("/_fake/sign-in", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code, client_id: clientId, account: account.id }),
  });
  if (answer.ok) leave("You are signed in. You can close this window.");
  else complain("The code is unknown or has expired. Go back and start again.");
}

function accountButton(account) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.testid = `plex-account-${account.username}`;
  const picture = document.createElement("img");
  picture.src = account.thumb;
  picture.alt = "";
  const words = document.createElement("span");
  words.textContent = account.title;
  const mail = document.createElement("span");
  mail.className = "mail";
  mail.textContent = account.email;
  words.append(mail);
  button.append(picture, words);
  button.addEventListener("click", () => signIn(account));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

at("cancel").addEventListener("click", () => leave("Cancelled. You can close this window."));

const query = new URLSearchParams({ code, client_id: clientId });
const [pin, accounts] = await Promise.all([
  fetch(`/_fake/pins?${query}`),
  fetch("/_fake/accounts").then((answer) => answer.json()),
]);
if (pin.ok) {
  const product = asked.get("context[device][product]") || (await pin.json()).product || "An app";
  at("lead").textContent = `${product} would like to know who you are. Choose an account:`;
  at("accounts").replaceChildren(...accounts.filter((a) => !a.restricted).map(accountButton));
} else {
  at("lead").textContent = "This request cannot be completed.";
  complain("The code is unknown, has expired, or belongs to another client. Go back and start again.");
}
document.documentElement.dataset.ready = "true";
