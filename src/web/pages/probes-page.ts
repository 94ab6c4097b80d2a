import type { ProbeView, Snapshot } from '../../ports/operations.ts';
import { html, type Html } from '../html.ts';
import { page, type Viewer } from './layout.ts';
import { probesTable } from './probes-section.ts';

interface ProbesPage {
  readonly snapshot: Snapshot;
  /** A part of a probe's or a target's name; empty: all. */
  readonly find: string;
  /** Counted from 1. */
  readonly number: number;
  readonly viewer: Viewer;
}

const PER_PAGE = 100;

/** Every probe, a hundred at a time, with a search. */
export function probesPage({ snapshot, find, number, viewer }: ProbesPage): Html {
  const found = snapshot.probes.filter((probe) => matches(probe, find));
  const pages = Math.max(1, Math.ceil(found.length / PER_PAGE));
  const current = Math.min(pages, number);
  const shown = found.slice((current - 1) * PER_PAGE, current * PER_PAGE);
  const body = html`
    <h1>Probes</h1>
    <form method="get" action="/probes" role="search" class="search">
      <label for="find">Name of a probe or target</label>
      <input id="find" name="find" type="search" value="${find}" />
      <button>Find</button>
    </form>
    <div data-live="probes">
      <section>
        <h2>${found.length} of ${snapshot.probes.length}</h2>
        ${shown.length === 0 ? html`<p class="faint">No probe or target has this in its name.</p>` : probesTable(shown, snapshot.at, viewer.mayAct)}
        ${pages > 1 && pager(current, pages, find)}
      </section>
    </div>
  `;
  return page({ title: 'Probes', body, snapshot, viewer, live: true });
}

const matches = ({ name, target }: ProbeView, find: string): boolean =>
  `${name}\n${target}`.toLowerCase().includes(find.toLowerCase());

function pager(current: number, pages: number, find: string): Html {
  const address = (number: number) =>
    `/probes?${new URLSearchParams({ ...(find === '' ? {} : { find }), page: String(number) }).toString()}`;
  return html`<nav class="pager" aria-label="Pages of probes">
    ${current > 1 && html`<a href="${address(current - 1)}" rel="prev">← Previous</a>`}
    <span>Page ${current} of ${pages}</span>
    ${current < pages && html`<a href="${address(current + 1)}" rel="next">Next →</a>`}
  </nav>`;
}
