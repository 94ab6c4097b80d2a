// After an install in a checkout: builds what bin/ starts, unless the tools for it were left out.
import { existsSync } from 'node:fs';

if (existsSync(new URL('../node_modules/rolldown', import.meta.url))) await import('./build.ts');
