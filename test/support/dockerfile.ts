/** One stage of a Dockerfile: what it starts from, and what is done. */
export interface Stage {
  readonly name: string;
  readonly base: string;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly word: string;
  /** `--from=build` and the like, without the dashes. */
  readonly flags: Readonly<Record<string, string>>;
  /** The words behind the flags; of a JSON array its texts. */
  readonly words: readonly string[];
  /** All that stands behind the flags, as it was written. */
  readonly text: string;
}

/** What ours uses of the format: no line continuation, no here-documents. Arguments before the first stage are filled in. */
export function parseDockerfile(text: string): Stage[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const args = new Map<string, string>();
  const stages: { name: string; base: string; steps: Step[] }[] = [];
  for (const line of lines) {
    const step = parseStep(fill(line, args));
    const [first = '', , name] = step.words;
    if (step.word === 'FROM') stages.push({ name: name ?? String(stages.length), base: first, steps: [] });
    else if (step.word === 'ARG' && stages.length === 0) args.set(...pair(first));
    else stages.at(-1)?.steps.push(step);
  }
  return stages;
}

const fill = (line: string, args: ReadonlyMap<string, string>): string =>
  line.startsWith('FROM')
    ? line.replace(/\$\{(\w+)\}/g, (_whole, name: string) => args.get(name) ?? '')
    : line;

function parseStep(line: string): Step {
  const [, word = '', flagged = '', text = ''] = /^([A-Z]+)((?: +--[a-z-]+=\S+)*) +(.*)$/.exec(line) ?? [];
  if (word === '') throw new Error(`found the line ${line}, expected an instruction`);
  const flags = flagged.split(/ +--/).slice(1).map(pair);
  const array = /\[.*\]$/.exec(text)?.[0];
  const words = array === undefined ? text.split(/ +/) : (JSON.parse(array) as string[]);
  return { word, flags: Object.fromEntries(flags), words, text };
}

function pair(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

/** The steps of that word, over all stages. */
export const stepsOf = (stages: readonly Stage[], word: string): Step[] =>
  stages.flatMap(({ steps }) => steps.filter((step) => step.word === word));

/** What a .dockerignore that leaves out everything but some names lets into the context. */
export function contextOf(ignoreFile: string): string[] {
  const rules = ignoreFile.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const [all, ...kept] = rules;
  if (all !== '*' || kept.some((rule) => !/^![\w.-]+$/.test(rule))) {
    throw new Error(`found ${rules.join(' ')}, expected * and names behind !`);
  }
  return kept.map((rule) => rule.slice(1));
}
