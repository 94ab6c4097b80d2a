/** The site's message. Its wording is the kind that most sites use, or one that no reader knows. */
export const codeText = (code: string, changed: boolean): string =>
  changed
    ? `Acme sign-in. Say these words to go on:${code.replace(/[0-9]/g, (digit) => ` ${WORDS[Number(digit)] ?? ''}`)}.`
    : `${code} is your Acme code. It expires in 5 minutes.`;

const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
