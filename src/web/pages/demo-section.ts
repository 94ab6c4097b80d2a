import type { DemoControls, DemoScenario } from '../../ports/demo-controls.ts';
import { html, type Content, type Html } from '../html.ts';

/** Buttons that break the simulated world, so that a newcomer sees the verdict change. */
export function demoSection(demo: DemoControls, notice: string, mayAct: boolean): Html {
  const all = demo.scenarios();
  const on = all.filter((one) => one.on.length > 0);
  return html`<section class="demo" aria-labelledby="demo">
    <h2 id="demo">Demo: break something</h2>
    <p>${notice}</p>
    ${
      mayAct &&
      html`<ul class="scenarios">
        ${all.map((one) => html`<li>${starter(one)}</li>`)}
      </ul>`
    }
    <div data-live="demo">
      ${on.length === 0 ? html`<p class="faint">Nothing is broken at the moment.</p>` : running(on, mayAct)}
    </div>
  </section>`;
}

function starter({ name, summary, choices }: DemoScenario): Html {
  const label = choices.length > 0 ? html`<span aria-hidden="true">${name}</span>` : name;
  return form(
    'on',
    html`<input type="hidden" name="name" value="${name}" />
      <button title="${summary}" ${choices.length > 0 && html`aria-label="${name} of the chosen one"`}>
        ${label}
      </button>
      ${
        choices.length > 0 &&
        html`<select name="choice" aria-label="${name}: which">
          ${choices.map((choice) => html`<option>${choice}</option>`)}
        </select>`
      }`,
  );
}

const running = (on: readonly DemoScenario[], mayAct: boolean): Html =>
  html`<ul class="broken">
      ${on.map(
        ({ name, summary, on: about, choices }) =>
          html`<li>
            <span class="badge bad">✕ ${choices.length > 0 ? `${name} ${about.join(', ')}` : name}</span>
            <span>${summary}</span>
            ${mayAct && form('off', html`<input type="hidden" name="name" value="${name}" /><button aria-label="End it: ${name}">End it</button>`)}
          </li>`,
      )}
    </ul>
    ${mayAct && on.length > 1 && form('off', html`<button>End all of it</button>`)}`;

const form = (action: string, content: Content): Html =>
  html`<form method="post" action="/demo/${action}" data-act>${content}</form>`;
