// Keeps the page fresh: counts times on, and fetches the page anew when something happens. Tells others by the
// event `fresh`.
import { morph } from './morph.js';

const IDLE_REFRESH_MS = 15_000;
/** Where a page takes long, it is asked for less often: never more than this share of the time. */
const LOAD_SHARE = 0.1;
const LEAST_PAUSE_MS = 1000;

/** By how much the daemon's clock is ahead of ours. */
let skewMs = 0;
const now = () => Date.now() + skewMs;
const secondsSince = (at) => Math.round((now() - at) / 1000);

function setClock(page) {
  const serverNow = Number(page.documentElement.dataset.now);
  if (Number.isFinite(serverNow)) skewMs = serverNow - Date.now();
}
setClock(document);

function whole(seconds) {
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** What has happened never lies ahead, what is to happen never behind: clocks differ a little. */
const RELATIVE = {
  past: (seconds) => (seconds > 0 ? `${whole(seconds)} ago` : 'just now'),
  future: (seconds) => (seconds < 0 ? `in ${whole(-seconds)}` : 'now'),
};

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function countOn() {
  for (const element of document.querySelectorAll('time[data-relative]'))
    write(element, RELATIVE[element.dataset.relative](secondsSince(Date.parse(element.dateTime))));
  for (const element of document.querySelectorAll('[data-since]'))
    write(element, whole(Math.max(0, Math.floor((now() - Number(element.dataset.since)) / 1000))));
  for (const bar of document.querySelectorAll('[data-wait]')) growBar(bar);
}

function growBar(bar) {
  const waitedMs = Math.max(0, now() - Number(bar.dataset.wait));
  const { deadline, expiry } = bar.dataset;
  const grown = bar.querySelector('.waiting, .overdue');
  const ground = Number(bar.querySelector('.ground').getAttribute('width'));
  grown.setAttribute('width', String(Math.min(1, waitedMs / Number(expiry)) * ground));
  grown.setAttribute('class', waitedMs > Number(deadline) ? 'overdue' : 'waiting');
}

let pauseMs = LEAST_PAUSE_MS;
let lastRefresh = Date.now();
let isDue = false;
let isBusy = false;

async function refresh() {
  isBusy = true;
  isDue = false;
  const begun = Date.now();
  try {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
    if (answer.redirected) location.reload();
    else if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch {
    // The stream says that the connection is gone; the next turn tries again.
  }
  lastRefresh = Date.now();
  pauseMs = Math.max(LEAST_PAUSE_MS, (lastRefresh - begun) / LOAD_SHARE);
  isBusy = false;
}

function show(fresh) {
  setClock(fresh);
  document.title = fresh.title;
  for (const section of document.querySelectorAll('[data-live]')) {
    const next = fresh.querySelector(`[data-live="${section.dataset.live}"]`);
    if (next) morph(section, next);
  }
  say();
  countOn();
  document.dispatchEvent(new CustomEvent('fresh'));
}

let isConnected = false;

function say() {
  for (const element of document.querySelectorAll('[data-stream]'))
    write(element, isConnected ? '· live' : '· connection lost, trying again');
}

const events = new EventSource('/api/v1/events');
events.addEventListener('open', () => {
  isDue = !isConnected && Date.now() - lastRefresh > LEAST_PAUSE_MS;
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
document.addEventListener('acted', () => {
  isDue = true;
});

setInterval(() => {
  countOn();
  if (document.hidden || isBusy) return;
  const quietMs = Date.now() - lastRefresh;
  if ((isDue && quietMs >= pauseMs) || quietMs >= Math.max(IDLE_REFRESH_MS, pauseMs)) void refresh();
}, 500);
