import type { Response } from 'express';
import type { Snapshot } from '../../ports/operations.ts';
import { html, type Content, type Html } from '../html.ts';
import { clockTime } from './words.ts';

/** What the one who looks may do. */
export interface Viewer {
  readonly mayAct: boolean;
  readonly mayLogOut: boolean;
  /** Where one who only looks logs in to act, and comes back; null: there is no more to be had. */
  readonly login: string | null;
}

interface Page {
  readonly title: string;
  readonly body: Content;
  /** null on pages that show nothing of the daemon. */
  readonly snapshot?: Snapshot;
  /** Who looks; absent on pages for nobody in particular. */
  readonly viewer?: Viewer;
  /** Whether the page follows what happens: by its script, or by loading itself anew without one. */
  readonly live?: boolean;
}

export function page({ title, body, snapshot, viewer, live = false }: Page): Html {
  return html`<!doctype html>
    <html lang="en" ${snapshot && html` data-now="${snapshot.at}"`}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · twofa-prober</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/style.css" />
        <script src="/assets/page.js" type="module"></script>
        ${
          live &&
          html`<link rel="stylesheet" href="/assets/uplot.css" />
            <script src="/assets/uplot.js" defer></script>
            <script src="/assets/live.js" type="module"></script>
            <script src="/assets/chart.js" type="module"></script>
            <noscript><meta http-equiv="refresh" content="15" /></noscript>`
        }
      </head>
      <body>
        <a class="skip-link" href="#main">Skip to the content</a>
        <header class="top">
          <a class="brand" href="/"
            ><img src="/assets/icon.svg" alt="" width="22" height="22" /> twofa-prober</a
          >
          ${snapshot && menu(viewer)}
        </header>
        <p id="said" class="said" role="status"></p>
        <main id="main">${body}</main>
        ${snapshot && footer(snapshot)}
      </body>
    </html>`;
}

const menu = (viewer: Viewer | undefined): Html =>
  html`<nav aria-label="Pages">
    <a href="/">Status</a> <a href="/probes">Probes</a> <a href="/metrics">Metrics</a>
    <a href="/config">Configuration</a>
    ${viewer?.login && html`<a href="${viewer.login}">Log in to act</a>`}
    ${viewer?.mayLogOut && html`<form method="post" action="/logout"><button class="plain">Log out</button></form>`}
  </nav>`;

const footer = ({ inventory, version, at }: Snapshot): Html =>
  html`<footer data-live="footer">
    <p>
      twofa-prober ${version} · node <b>${inventory.node}</b>, location <b>${inventory.location}</b> · as of
      <time datetime="${new Date(at).toISOString()}">${clockTime(at)}</time>
      <span class="stream" role="status" data-stream></span>
    </p>
  </footer>`;

/** Pages show the moment: no cache keeps them. */
export function sendPage(response: Response, content: Html): void {
  response.set('Cache-Control', 'no-store').type('html').send(content.toString());
}
