import type { StepsSettings, Step } from './schema.ts';
import { holesIn } from './template.ts';
import { STEP_STAGES } from './word.ts';

/** A fault in a flow: where, and what is wrong. */
export interface StepFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Names that every flow knows. `number` is the phone's. */
export const BUILT_IN = ['username', 'password', 'number', 'code'] as const;

/** What the single steps cannot see: their order, and what they need of one another. */
export function checkSteps(settings: StepsSettings): StepFault[] {
  const inSteps = [
    ...checkOrder(settings.steps),
    ...checkSending(settings.steps),
    ...settings.steps.flatMap(checkWords),
    ...settings.steps.flatMap((step, index) => checkNames(settings, step, index)),
  ];
  return [
    ...checkHeaders(settings),
    ...inSteps.map(({ path, message }) => ({ path: ['steps', ...path], message })),
  ];
}

/** The names that only an account's `vars` can give. */
export function unknownNames(settings: StepsSettings): string[] {
  const known = new Set<string>([
    ...BUILT_IN,
    ...Object.keys(settings.vars ?? {}),
    ...settings.steps.flatMap((step) => Object.keys(step.save ?? {})),
  ]);
  const used = [settings.headers, ...settings.steps.map(filledParts)].flatMap((part) => holesIn(part).names);
  return [...new Set(used)].filter((name) => !known.has(name));
}

/** They go with the first step too, when nothing has been saved. */
function checkHeaders({ headers, vars, steps }: StepsSettings): StepFault[] {
  const saved = new Set(steps.flatMap((step) => Object.keys(step.save ?? {})));
  const isUnknown = (name: string) =>
    name === 'code' || (saved.has(name) && !Object.hasOwn(vars ?? {}, name));
  return Object.entries(headers ?? {}).flatMap(([header, text]) => {
    const { names, unreadable } = holesIn(text);
    const fault = (message: string): StepFault => ({ path: ['headers', header], message });
    return [
      ...unreadable.map(() => fault(UNREADABLE)),
      ...names.filter(isUnknown).map((name) => {
        const until = name === 'code' ? 'verify' : 'a step saves it';
        return fault(`{{${name}}} is not known before ${until}; use the step's own headers`);
      }),
    ];
  });
}

const UNREADABLE = 'a template cannot be read; expected {{name}}';

function checkOrder(steps: readonly Step[]): StepFault[] {
  const faults: StepFault[] = [];
  for (const [index, step] of steps.entries()) {
    const before = steps[index - 1];
    if (before && STEP_STAGES.indexOf(step.stage) < STEP_STAGES.indexOf(before.stage)) {
      const message = `${step.stage} comes after ${before.stage}; expected the order ${STEP_STAGES.join(', ')}`;
      faults.push({ path: [index, 'stage'], message });
    }
  }
  for (const stage of ['login', 'verify'] as const) {
    if (!steps.some((step) => step.stage === stage)) {
      faults.push({ path: [], message: `expected at least one step of stage ${stage}, found none` });
    }
  }
  if (steps[0]?.submit !== undefined) {
    faults.push({ path: [0, 'submit'], message: 'there is no page yet; expected a get of the form first' });
  }
  return faults;
}

function checkSending(steps: readonly Step[]): StepFault[] {
  const sending = [...steps.entries()].filter(([, step]) => step.sends === true);
  const faults = sending.slice(1).map(([index]) => ({
    path: [index, 'sends'],
    message: 'expected one step that makes the target send, found another before it',
  }));
  const late = sending.filter(([, step]) => step.stage !== 'login' && step.stage !== 'request_code');
  return [
    ...faults,
    ...late.map(([index, step]) => ({
      path: [index, 'sends'],
      message: `the code is waited for before ${step.stage}; expected sends in login or request_code`,
    })),
  ];
}

function checkWords(step: Step, index: number): StepFault[] {
  const refused: Partial<Record<string, string>> =
    step.stage === 'logout'
      ? { signed_in: 'a logout cannot sign in', challenge: 'a logout cannot challenge' }
      : step.stage === 'login' || step.stage === 'request_code'
        ? {}
        : { challenge: 'asking again after the code was submitted is code_rejected' };
  return (step.when ?? []).flatMap((rule, at) => {
    const message = refused[rule.is];
    return message === undefined ? [] : [{ path: [index, 'when', at, 'is'], message }];
  });
}

function checkNames(settings: StepsSettings, step: Step, index: number): StepFault[] {
  const { names, unreadable } = holesIn(filledParts(step));
  const fault = (message: string): StepFault => ({ path: [index], message });
  const faults = unreadable.map(() => fault(UNREADABLE));
  if (names.includes('code') && (step.stage === 'login' || step.stage === 'request_code')) {
    faults.push(fault(`{{code}} is not known in ${step.stage}; it comes with verify`));
  }
  const savedBy = (from: number, to: number) =>
    new Set(settings.steps.slice(from, to).flatMap((other) => Object.keys(other.save ?? {})));
  const [before, after] = [savedBy(0, index), savedBy(index, settings.steps.length)];
  for (const name of names) {
    if (!after.has(name) || before.has(name) || Object.hasOwn(settings.vars ?? {}, name)) continue;
    faults.push(fault(`{{${name}}} is used before a step saves it`));
  }
  for (const name of Object.keys(step.save ?? {})) {
    const taken = BUILT_IN.some((known) => known === name);
    if (taken) faults.push({ path: [index, 'save', name], message: `${name} is a name of the account's` });
  }
  return faults;
}

/** The parts of a step in which templates are filled. */
function filledParts(step: Step): unknown {
  const { get, post, put, patch, delete: remove, json, form, headers, fields } = step;
  const rules = (step.when ?? []).map(({ json, header, cookie, first }) => [json, header, cookie, first]);
  return [get, post, put, patch, remove, json, form, headers, fields, comparedTexts(rules)];
}

/** Of compared values only the texts hold templates; patterns stand for themselves. */
function comparedTexts(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || 'pattern' in value) return [];
  if ('text' in value && typeof value.text === 'string') return [value.text];
  return Object.values(value).flatMap(comparedTexts);
}
