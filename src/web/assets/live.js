// Keeps the page fresh: counts relative times on, and fetches the page anew when something happens.
const REFRESH_MS = 1000;
const IDLE_REFRESH_MS = 15_000;

const serverNow = Number(document.documentElement.dataset.now);
const skewMs = Number.isFinite(serverNow) ? serverNow - Date.now() : 0;

function whole(seconds) {
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

function relative(at) {
  const seconds = Math.round((Date.now() + skewMs - at) / 1000);
  if (seconds === 0) return 'now';
  return seconds > 0 ? `${whole(seconds)} ago` : `in ${whole(-seconds)}`;
}

function countOn() {
  for (const element of document.querySelectorAll('time[data-relative]')) {
    const text = relative(Date.parse(element.dateTime));
    if (element.textContent !== text) element.textContent = text;
  }
}

let lastRefresh = Date.now();
let isDue = false;
let isBusy = false;

async function refresh() {
  isBusy = true;
  isDue = false;
  try {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
    if (answer.redirected) location.reload();
    else if (answer.ok) replaceSections(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch {
    // The stream says that the connection is gone; the next turn tries again.
  }
  lastRefresh = Date.now();
  isBusy = false;
}

/** Leaves alone what has not changed and where somebody's focus is. */
function replaceSections(fresh) {
  document.title = fresh.title;
  for (const section of document.querySelectorAll('[data-live]')) {
    const next = fresh.querySelector(`[data-live="${section.dataset.live}"]`);
    if (!next || next.innerHTML === section.innerHTML || section.contains(document.activeElement)) continue;
    const scrolled = [...section.querySelectorAll('.scroll')].map((box) => box.scrollLeft);
    section.replaceChildren(...next.childNodes);
    for (const [index, box] of [...section.querySelectorAll('.scroll')].entries())
      box.scrollLeft = scrolled[index] ?? 0;
  }
  say();
}

let isConnected = false;

function say() {
  for (const element of document.querySelectorAll('[data-stream]')) {
    element.textContent = isConnected ? '· live' : '· connection lost, trying again';
  }
}

const events = new EventSource('/api/v1/events');
events.addEventListener('open', () => {
  isDue = !isConnected && Date.now() - lastRefresh > REFRESH_MS;
  isConnected = true;
  say();
});
events.addEventListener('error', () => {
  isConnected = false;
  say();
});
events.addEventListener('message', () => {
  isDue = true;
});

setInterval(() => {
  countOn();
  if (document.hidden || isBusy) return;
  const quietMs = Date.now() - lastRefresh;
  const isWaiting = document.querySelector('svg.wait') !== null;
  if ((isDue || isWaiting) && quietMs >= REFRESH_MS) void refresh();
  else if (quietMs >= IDLE_REFRESH_MS) void refresh();
}, 1000);
