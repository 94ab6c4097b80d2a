import type { ProbeView } from '../../ports/operations.ts';
import { html, type Content, type Html } from '../html.ts';

/** Plain forms: they work without JavaScript, and page.js sends them without leaving the page. */
export function actions(probe: ProbeView): Html {
  const { state, maintenanceUntil } = probe;
  return html`${button(probe, 'run', 'Run now')} ${state === 'active' && button(probe, 'pause', 'Pause')}
  ${state === 'paused' && button(probe, 'resume', 'Resume')}
  ${state === 'maintenance' && maintenanceUntil !== null && button(probe, 'resume', 'End maintenance')}`;
}

const button = ({ name }: ProbeView, action: string, label: string): Html =>
  form(name, action, html`<button aria-label="${label}: ${name}">${label}</button>`);

const form = (name: string, action: string, content: Content): Html =>
  html`<form
    method="post"
    action="/api/v1/probes/${encodeURIComponent(name)}/${action}"
    data-act
    data-key="${action}"
  >
    ${content}
  </form>`;

const LENGTHS = [
  ['15m', '15 minutes'],
  ['1h', '1 hour'],
  ['4h', '4 hours'],
  ['12h', '12 hours'],
  ['1d', '1 day'],
] as const;

/** Starts a maintenance, or sets another end to one that goes on. */
export function maintenance({ name, state }: ProbeView): Html | null {
  if (state === 'paused') return null;
  return form(
    name,
    'maintenance',
    html`<label for="duration">Maintenance for</label>
      <select id="duration" name="duration">
        ${LENGTHS.map(([value, words]) => html`<option value="${value}" ${value === '1h' && html`selected`}>${words}</option>`)}
      </select>
      <button>Start</button>`,
  );
}
