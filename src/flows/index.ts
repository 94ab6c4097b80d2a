import type { FlowKind } from '../ports/login-flow.ts';
import { browserKind } from './browser/browser-kind.ts';
import { moduleKind } from './module/module-kind.ts';
import { stepsKind } from './steps/steps-kind.ts';

/** Every way to log in. A new kind is its own files and one entry here. */
export const FLOWS: readonly FlowKind[] = [stepsKind, moduleKind, browserKind];
