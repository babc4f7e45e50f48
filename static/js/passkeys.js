/* Joins the page to allauth's passkeys: shows the button where the browser can do it, and says when nothing came of it. */
document.addEventListener("DOMContentLoaded", () => {
  const can = window.isSecureContext && "credentials" in navigator && "PublicKeyCredential" in window;
  for (const element of document.querySelectorAll("[data-passkey-button]")) element.hidden = !can;
  for (const element of document.querySelectorAll("[data-passkey-missing]")) element.hidden = can;
  for (const { dataset } of document.querySelectorAll("[data-passkey]")) {
    const ids = { [dataset.button]: "passkey_button", credential: dataset.credential };
    window.allauth.webauthn.forms[dataset.passkey]({ ids, data: JSON.parse(dataset.options) });
  }
});
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const element of document.querySelectorAll("[data-passkey-failed]")) {
    element.hidden = false;
    element.focus();
  }
});
