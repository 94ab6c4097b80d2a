import { defineKind, type Remark } from '../../ports/kind.ts';
import type { FlowDeps, FlowFacts, FlowKind, LoginFlow } from '../../ports/login-flow.ts';
import { unknownNames } from './check-steps.ts';
import { createStepsFlow } from './run-steps.ts';
import { stepsSettings, type StepsSettings } from './schema.ts';

/** `kind: http`: steps in YAML, for JSON APIs, classic HTML forms and odd portals. */
export const stepsKind: FlowKind = defineKind<typeof stepsSettings, FlowDeps, LoginFlow, FlowFacts>({
  kind: 'http',
  schema: stepsSettings,
  create: createStepsFlow,
  check: (settings, facts) => [...checkSends(settings, facts), ...checkVars(settings, facts)],
});

function checkSends(settings: StepsSettings, { delivered }: FlowFacts): Remark[] {
  const sends = settings.steps.some((step) => step.sends === true);
  if (!delivered || sends) return [];
  return ['no step has `sends: true`; set it on the one step whose request makes the target send the code'];
}

function checkVars(settings: StepsSettings, { vars }: FlowFacts): Remark[] {
  const needed = unknownNames(settings);
  return Object.entries(vars ?? {}).flatMap(([account, has]) =>
    needed
      .filter((name) => !has.includes(name))
      .map(
        (name) =>
          `the steps use {{${name}}}, which no step saves; account ${account} has no \`vars.${name}\`, nor has the flow`,
      ),
  );
}
