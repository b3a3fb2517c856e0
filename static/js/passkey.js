// Passkeys (WebAuthn). A form with <input type="hidden" name="credential" data-passkey="use|make" data-options="{…}"> is
// sent once the device has answered; data-options-url fetches the options instead. With data-offer the passkeys
// of this site also stand among what the browser suggests for the user ID. Words for what went wrong are in [data-passkey-words].
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// Not every browser that knows passkeys can read and write them as JSON.
const read = (options) => {
  const known = (each) => ({ ...each, id: bytes(each.id) });
  const ready = { ...options, challenge: bytes(options.challenge) };
  if (options.user) ready.user = { ...options.user, id: bytes(options.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) ready[list] = (options[list] ?? []).map(known);
  return ready;
};
const written = (credential) => {
  const { response } = credential;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = text(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response: parts });
};

const words = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known", SecurityError: "place" };

for (const field of document.querySelectorAll("[data-passkey]")) {
  const form = field.form;
  const told = form.querySelector("[data-passkey-words]");
  const method = field.dataset.passkey === "make" ? "create" : "get";
  let offered = null; // stops the offer beside the user ID
  let busy = false;

  const options = async () => {
    const { optionsUrl } = field.dataset;
    const found = optionsUrl ? await (await fetch(optionsUrl)).json() : JSON.parse(field.dataset.options);
    return read(found);
  };
  const tell = (word) => {
    told.textContent = told.dataset[word];
    told.hidden = false;
  };
  const send = (credential) => {
    field.value = written(credential);
    form.submit();
  };

  window.addEventListener("pageshow", () => { busy = false; }); // back again, by the browser's own button
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    if (!window.PublicKeyCredential) return tell("missing");
    busy = true;
    told.hidden = true;
    offered?.abort();
    try {
      send(await navigator.credentials[method]({ publicKey: await options() }));
    } catch (error) {
      busy = false;
      tell(words[error.name] ?? "failed");
    }
  });

  const offer = async () => {
    if (!(await window.PublicKeyCredential?.isConditionalMediationAvailable?.())) return;
    offered = new AbortController();
    try {
      const publicKey = await options();
      send(await navigator.credentials.get({ publicKey, mediation: "conditional", signal: offered.signal }));
    } catch {
      // nothing was chosen: the form and its button are still there
    }
  };
  if ("offer" in field.dataset) offer();
}
