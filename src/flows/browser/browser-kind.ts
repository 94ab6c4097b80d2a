import { z } from 'zod';
import { TargetUnreachable } from '../../domain/failure.ts';
import { defineKind } from '../../ports/kind.ts';
import type { FlowContext, FlowDeps, FlowFacts, FlowKind, LoginFlow } from '../../ports/login-flow.ts';
import { basicsOf } from '../module/flow-api.ts';
import { createLoadedFlow } from '../module/loaded-flow.ts';
import { createStageKeeper } from '../module/stage-keeper.ts';
import type { BrowserFlowApi } from './define-browser-flow.ts';
import { maskedScreenshot } from './masked-screenshot.ts';
import { openBrowser, type BrowserState } from './open-browser.ts';

const settings = z.strictObject({
  /** The flow's file, against the configuration's folder. */
  path: z.string().min(1),
  options: z.record(z.string(), z.unknown()).optional(),
  executablePath: z.string().min(1).default('/usr/bin/chromium'),
  headless: z.boolean().default(true),
  args: z.array(z.string()).default([]),
});

/** `kind: browser`: a flow in code that drives a real Chromium. */
export const browserKind: FlowKind = defineKind<typeof settings, FlowDeps, LoginFlow, FlowFacts>({
  kind: 'browser',
  schema: settings,
  create: ({ path, options = {}, ...browser }, deps) =>
    createLoadedFlow<BrowserState, BrowserFlowApi>({
      kind: 'browser',
      path,
      folder: deps.folder,
      open: (context) => openBrowser(browser, deps, context),
      apiOf: ({ page, codes }, context, inLogout) => ({
        ...basicsOf(
          context,
          createStageKeeper(context, { marksItself: true, inLogout, hide: (code) => void codes.add(code) }),
          options,
        ),
        get signal() {
          return context.signal;
        },
        page,
      }),
      onFailure: (state, context) => keepPicture(state, context, deps),
      translate: (error, { guard }) => guard.failure() ?? fromPlaywright(error),
    }),
});

/** A second to the logout is worth more than a picture: nothing is taken where nobody keeps it. */
async function keepPicture(
  { page, codes }: BrowserState,
  context: FlowContext,
  deps: FlowDeps,
): Promise<void> {
  if (!deps.keepScreenshot) return;
  const { password, number, totpSecret, backupCodes } = context.account;
  const known = [password, number, totpSecret, ...backupCodes, ...codes].filter((secret) => secret !== null);
  const png = await maskedScreenshot(page, known);
  if (png) await deps.keepScreenshot(context.attemptId, png);
}

/** What the page could not do is the target's; everything else stays what it is. */
function fromPlaywright(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const fromNetwork = /\bnet::ERR_[A-Z_]+/.test(error.message);
  if (error.name !== 'TimeoutError' && !fromNetwork) return error;
  const line = (error.message.split('\n')[0] ?? '').replace(/\?[^\s'")]*/g, '').slice(0, 200);
  return new TargetUnreachable(`the page did not come as far as the flow expects: ${line}`, { cause: error });
}
