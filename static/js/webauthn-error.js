// Says on the page that a security key failed; allauth's own script only writes to the console.
document.addEventListener("allauth.error", () => {
  const notice = document.querySelector("[data-webauthn-error]");
  if (notice) {
    notice.hidden = true;
    requestAnimationFrame(() => {
      notice.hidden = false;
      notice.scrollIntoView({ block: "center" });
    });
  }
});
