// What makes the pages easier where scripts run; every page works without it.

const summary = document.getElementById("error-summary");
const answer = document.getElementById("answer");
if (summary) summary.focus();
else if (answer && !document.querySelector("[autofocus]")) answer.focus();

// A form that was sent shows it, and is not sent twice by an impatient hand. (The service would do it once anyway.)
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
});

// Two minutes before the session closes, it is said, and can be kept open without losing what was typed.
const ends = document.querySelector("[data-session-ends]");
const warning = document.getElementById("session-warning");
function warn(at) {
  setTimeout(() => { warning.hidden = false; }, Math.max(0, Date.parse(at) - Date.now() - 120000));
}
if (ends && warning) {
  warn(ends.dataset.sessionEnds);
  const stay = warning.querySelector("[data-stay]");
  stay.addEventListener("click", async (event) => {
    event.preventDefault();
    const page = await fetch(stay.href).then((answer) => answer.text()).catch(() => "");
    const later = new DOMParser().parseFromString(page, "text/html").querySelector("[data-session-ends]");
    if (!later) { location.assign(stay.href); return; }
    ends.textContent = later.textContent;
    warning.hidden = true;
    warn(later.dataset.sessionEnds);
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const field of document.querySelectorAll("[data-submit-on-change]")) {
  field.addEventListener("change", () => field.form.requestSubmit());
}

// A long work is looked at every other second; the page opens again when it ends.
const going = document.querySelector("[data-goes-on]");
async function follow() {
  const page = await fetch(location.href).then((answer) => answer.text()).catch(() => null);
  const next = page && new DOMParser().parseFromString(page, "text/html").querySelector("[data-goes-on]");
  if (page && !next) { location.reload(); return; }
  if (next) going.replaceChildren(...next.childNodes);
  setTimeout(follow, 2000);
}
if (going) setTimeout(follow, 2000);
