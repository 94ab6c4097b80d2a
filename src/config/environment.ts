/** Names to values, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The one place where the process's environment is read. */
export const processEnv = (): Environment => process.env;
