const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** What `import … from 'twofa-prober'` means in a user's file: .ts in a checkout, .js once built. */
export const OURSELVES = new URL(`../index${ending}`, import.meta.url);

/** The same for TypeScript: declarations once built. */
export const OUR_TYPES = new URL(`../index${ending === '.ts' ? '.ts' : '.d.ts'}`, import.meta.url);
