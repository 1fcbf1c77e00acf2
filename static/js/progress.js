// Work under way, such as a report or an import: ask how far it has come and show it; when it has ended or its worker
// has fallen silent, or it has waited too long for one, load the page that says how.
const box = document.querySelector("[data-progress-status]");

if (box) {
  const bar = box.querySelector("progress");
  const share = box.querySelector(".nch-progress__text");
  const state = document.querySelector("[data-progress-state] > *");
  const words = box.querySelector("[data-progress-words]");
  const refresh = box.querySelector("[data-progress-refresh]");
  const toldAsStuck = box.hasAttribute("data-progress-stuck");
  let wait = 1000;
  if (refresh) refresh.hidden = true;

  const ask = async () => {
    try {
      const response = await fetch(box.dataset.progressStatus, { headers: { Accept: "application/json" } });
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      const status = await response.json();
      if (!status.underWay || status.stuck !== toldAsStuck) {
        window.location.reload();
        return;
      }
      if (bar) bar.value = status.progress;
      if (share) share.textContent = `${status.progress} av 100`;
      if (state) state.textContent = status.label;
      if (words && words.textContent !== status.words) words.textContent = status.words;
      wait = 1000;
    } catch {
      wait = Math.min(wait * 2, 30000);
      if (refresh) refresh.hidden = false;
    }
    window.setTimeout(ask, wait);
  };
  window.setTimeout(ask, wait);
}
