/** "OTP Message Body Filtered": https://www.twilio.com/docs/api/errors/30038 */
const OTP_FILTERED = 30_038;

/**
 * Whether Twilio hid the code: by its error, or by a text that says so and has no run of digits left that could be one.
 * What stands in the text instead is not documented.
 */
export function isRedacted(message: { readonly code: unknown; readonly text: unknown }): boolean {
  if (message.code === OTP_FILTERED || message.code === String(OTP_FILTERED)) return true;
  if (typeof message.text !== 'string') return false;
  return /redacted|\*{4,}/i.test(message.text) && !/[0-9]{4}/.test(message.text);
}
