import { maskNumber } from '../domain/units.ts';
import { html, page, type Html } from './html.ts';
import { scenarioHelp, writeScenario, type Scenario } from './scenarios.ts';
import type { TrueSend } from './truth.ts';
import type { World } from './world.ts';

export interface ControlView {
  readonly world: World;
  readonly active: readonly Scenario[];
  /** Oldest first. */
  readonly sends: readonly TrueSend[];
  readonly nowMs: number;
  readonly error?: string;
}

const SHOWN = 50;

/** Buttons for the scenarios, and what became of the last codes. Holds no code and no secret. */
export const controlPage = (view: ControlView): string =>
  page(
    'Simulator',
    html`${view.error === undefined ? undefined : html`<p class="error">${view.error}</p>`}
      <p>
        On now:
        ${
          view.active.length === 0
            ? html`<strong>healthy</strong>`
            : view.active.map((scenario) => html`<strong>${writeScenario(scenario)}</strong>`)
        }
      </p>
      <h2>Scenarios</h2>
      <table>
        ${choices(view.world).map(({ text, summary }) => choiceRow(text, summary))}
      </table>
      <form method="post" action="/sim/scenarios">
        <label>Another <input name="scenario" placeholder="lossy 0.4" required /></label>
        <button>Switch on</button>
      </form>
      <h2>Last codes</h2>
      <table>
        <tr>
          <th>Account</th>
          <th>Phone</th>
          <th>Asked for</th>
          <th>What happened</th>
        </tr>
        ${view.sends
          .slice(-SHOWN)
          .toReversed()
          .map((send) => sendRow(send, view))}
      </table>
      <p>Sign in as a user at <a href="/login">the login site</a>.</p>`,
  );

/** One button for each scenario, and for each thing it can be about. */
function choices(world: World): { readonly text: string; readonly summary: string }[] {
  const values: Readonly<Record<string, readonly string[]>> = {
    CARRIER: Object.keys(world.carriers),
    PHONE: world.phones.map(({ name }) => name),
    SHARE: ['0.2'],
  };
  return scenarioHelp().flatMap(({ usage, summary }) => {
    const [name = '', argument = ''] = usage.split(' ');
    return (values[argument] ?? ['']).map((value) => ({ text: `${name} ${value}`.trim(), summary }));
  });
}

const choiceRow = (text: string, summary: string): Html =>
  html`<tr>
    <td>
      <form method="post" action="/sim/scenarios">
        <input type="hidden" name="scenario" value="${text}" /><button>${text}</button>
      </form>
    </td>
    <td>${summary}</td>
  </tr>`;

function sendRow(send: TrueSend, { world, nowMs }: ControlView): Html {
  const number = world.phones.find(({ name }) => name === send.phone)?.number ?? '';
  return html`<tr>
    <td>${send.account}</td>
    <td>${send.phone} ${maskNumber(number)}</td>
    <td>${seconds(nowMs - send.requestedAtMs)} ago</td>
    <td>${fateOf(send)}</td>
  </tr>`;
}

function fateOf(send: TrueSend): string {
  if (!send.message) return 'not sent';
  return send.message.deliveries
    .map(({ lost, arrivedMs, copy }) => {
      const kind = copy ? 'a copy ' : '';
      if (arrivedMs === null) return lost === null ? `${kind}on its way` : `${kind}lost (${lost})`;
      return `${kind}arrived after ${seconds(arrivedMs - send.requestedAtMs)}${lost === null ? '' : ` (${lost})`}`;
    })
    .join(', ');
}

const seconds = (durationMs: number): string => `${(durationMs / 1000).toFixed(1)} s`;
