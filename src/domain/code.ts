export type ReadResult =
  | { readonly found: 'code'; readonly code: string }
  /** `ambiguous`: two or more candidates tie; guessing could lock the account. */
  | { readonly found: 'none' | 'ambiguous' };
