/** The outages that a detector weighs against the normal. */
export const HYPOTHESES = ['loss', 'partial', 'slow'] as const;
/** `loss`: nearly all codes; `partial`: about a third; `slow`: codes come about four times later. */
export type Hypothesis = (typeof HYPOTHESES)[number];

/** One number for each hypothesis, in nats. */
export type Weights = Readonly<Record<Hypothesis, number>>;

export const weightsOf = (weight: (hypothesis: Hypothesis) => number): Weights => ({
  loss: weight('loss'),
  partial: weight('partial'),
  slow: weight('slow'),
});

/** The hypotheses taken together, each as likely as the others beforehand. */
export function mixture({ loss, partial, slow }: Weights): number {
  const top = Math.max(loss, partial, slow);
  return top + Math.log((Math.exp(loss - top) + Math.exp(partial - top) + Math.exp(slow - top)) / 3);
}

/** The heaviest; of equals, the first. */
export const strongest = (weights: Weights): Hypothesis =>
  HYPOTHESES.reduce((best, next) => (weights[next] > weights[best] ? next : best));
