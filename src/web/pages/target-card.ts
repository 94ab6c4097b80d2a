import { CONTROL_TARGET } from '../../domain/inventory.ts';
import type { ProbeView } from '../../ports/operations.ts';
import { html, type Content, type Html } from '../html.ts';
import { asksCode } from './deliveries.ts';
import { deliveryFigure } from './delivery-figure.ts';
import { routeLines } from './route-lines.ts';
import { lookAt, marksOf, SIGNS, type Scene, type TargetLook } from './target-look.ts';
import { verdictBlock } from './verdict-block.ts';

/** More targets than this, and the calm ones are told in a line each. */
const MANY = 6;
/** More troubled ones than this are told in a line each too: then the list is what helps. */
const MOST_CARDS = 12;
/** More calm ones than this are only named. */
const MOST_LINES = 60;

/** Each target, worst first. */
export function targetCards(looks: readonly TargetLook[], scene: Scene): Html {
  const isShort = looks.length > MANY;
  const full = isShort ? looks.filter(({ tone }) => !isCalm(tone)).slice(0, MOST_CARDS) : looks;
  const rest = looks.slice(full.length);
  const urls = new Map(scene.snapshot.inventory.targets.map(({ name, url }) => [name, url]));
  return html`<div class="targets">
      ${full.map((look) => card(link(look.name), urls.get(look.name), look, targetBody(look, scene)))}
    </div>
    ${rest.length > 0 && others(rest)}`;
}

const isCalm = (tone: TargetLook['tone']): boolean => tone === 'good' || tone === 'idle';

/** Our own SMS to our own phones; nothing where there are no controls. */
export function receivePath(probes: readonly ProbeView[], scene: Scene): Html | null {
  if (probes.length === 0) return null;
  const look = lookAt(scene.snapshot, scene.marks, { name: CONTROL_TARGET, probes });
  const body = html`${factorLines(look)} ${routeLines(look, scene)}`;
  return card('Receive path', 'our own SMS to our own phones', look, body);
}

export function targetBody(look: TargetLook, scene: Scene): Html {
  const { name, watch, headline } = look;
  const { snapshot, marks, over } = scene;
  const query = `target=${encodeURIComponent(name)}`;
  const codes = marksOf(marks, look.probes).filter(asksCode);
  const sends = look.probes.some(({ delivered }) => delivered);
  return html`<div class="body">
      <div>${watch && headline && verdictBlock(watch, headline, snapshot.at)} ${factorLines(look)}</div>
      ${sends && deliveryFigure({ query, title: 'Delivery times', marks: codes, over })}
    </div>
    ${routeLines(look, scene)}`;
}

const factorLines = ({ sentences }: TargetLook): Html[] =>
  sentences.map(({ tone, text }) => html`<p class="sentence ${tone}">${text}</p>`);

const link = (name: string): Html => html`<a href="/targets/${encodeURIComponent(name)}">${name}</a>`;

const card = (
  title: Content,
  subtitle: string | undefined,
  { tone, name }: TargetLook,
  body: Content,
): Html =>
  html`<section class="card ${tone}" data-key="target-${name}">
    <header>
      <h2>
        <span class="sign" aria-hidden="true">${SIGNS[tone].sign}</span> ${title}
        <small class="tone">${SIGNS[tone].word}</small>
      </h2>
      <p class="faint">${subtitle}</p>
    </header>
    ${body}
  </section>`;

/** Those that need no card. */
function others(looks: readonly TargetLook[]): Html {
  const troubled = looks.filter(({ tone }) => !isCalm(tone)).length;
  const isBrief = looks.length > MOST_LINES;
  return html`<section>
    <h2>${troubled > 0 ? 'Other targets' : 'Calm targets'} <span class="faint">${looks.length}</span></h2>
    <ul class="${isBrief ? 'names' : 'lines'}">
      ${looks.map((look) => (isBrief ? named(look) : line(look)))}
    </ul>
  </section>`;
}

const named = ({ name, tone }: TargetLook): Html =>
  html`<li class="${tone}"><span class="sign">${SIGNS[tone].sign}</span> ${link(name)}</li>`;

const line = ({ name, tone, headline, sentences }: TargetLook): Html =>
  html`<li class="${tone}">
    <span class="sign" aria-hidden="true">${SIGNS[tone].sign}</span> <b>${link(name)}</b>
    <span>${headline?.text ?? sentences[0]?.text}</span>
  </li>`;
