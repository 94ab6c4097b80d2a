export { loadConfig, type Loaded, type LoadOptions } from './load.ts';
export type * from './config.ts';
export { renderDiagnostics, type Diagnostic } from './diagnostics.ts';
export { processEnv, type Environment } from './environment.ts';
export { parseListenAddress } from './fields.ts';
export { planOf } from './plan-of.ts';
export { configSchema, type FactorKind, type Kinds } from './schema.ts';
