import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { COLOUR } from '../colours.ts';
import { LOST_FROM } from '../queries/codes.ts';
import type { Level } from '../queries/encode.ts';

/** Words for numbers that stand for states. */
export const wordsFor = (levels: readonly Level[]): ValueMapping => ({
  type: MappingType.ValueToText,
  options: Object.fromEntries(levels.map(({ value, text, color }, index) => [value, { text, color, index }])),
});

/** A quantile at the top bucket's bound or above is one of codes that never came. */
export const lostAbove = (): ValueMapping => ({
  type: MappingType.RangeToText,
  options: { from: LOST_FROM, to: null, result: { text: 'lost', color: COLOUR.lost, index: 0 } },
});

/** 1 and 0 in words. */
export const yesOrNo = (yes: string, no: string): ValueMapping =>
  wordsFor([
    { value: 1, text: yes, color: COLOUR.good },
    { value: 0, text: no, color: COLOUR.lost },
  ]);
