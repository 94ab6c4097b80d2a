/**
 * `{ password: ${P1} }` is not YAML: inside a flow mapping a brace ends the text. So the characters between
 * `${` and `}` are put, one for one, into a private area of Unicode before YAML reads them, and back after it:
 * positions stay true, and nothing inside a placeholder can be taken for YAML.
 */
const AREA = 0xe000;

const WRITTEN = /\$(\{[^{}"'\\\r\n]*\})/g;
const SHIELDED = /\$([\ue000-\ue07f]+)/g;

export const shieldPlaceholders = (text: string): string =>
  text.replace(WRITTEN, (_whole, braced: string) => `$${shift(braced, AREA)}`);

export const unshieldPlaceholders = (text: string): string =>
  text.replace(SHIELDED, (_whole, shielded: string) => `$${shift(shielded, -AREA)}`);

function shift(text: string, by: number): string {
  let shifted = '';
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    const moves = by > 0 ? unit < 0x80 : unit >= AREA && unit < AREA + 0x80;
    shifted += String.fromCharCode(moves ? unit + by : unit);
  }
  return shifted;
}
