/* Keeps a progress bar up to date from the page's own JSON, and opens the page anew once there is something to decide. */
document.addEventListener("DOMContentLoaded", () => {
  const bar = document.querySelector("progress[data-follow]");
  if (!bar) return;
  const look = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "application/json" } });
      const { state, done } = await answer.json();
      if (state !== bar.dataset.follow) return location.reload();
      if (bar.hasAttribute("value")) bar.value = done;
    } catch {
      // The server does not answer at this moment: look again later.
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 1000);
});
