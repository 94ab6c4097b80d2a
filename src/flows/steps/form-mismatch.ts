/** What of a page did not fit the flow; the message names selectors and fields, never values. */
export class FormMismatch extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FormMismatch';
  }
}
