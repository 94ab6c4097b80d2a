import { onTestFinished } from 'vitest';

/** Takes what is to be done when a test is over. */
export type Finish = (end: () => void | Promise<void>) => void;

/** The test that runs now; one of several at once says itself which it is. */
export const currentTest: Finish = (end) => onTestFinished(end);
