import { AttemptFailure, CodeRejected } from '../domain/failure.ts';
import type { LoginFlow } from '../ports/login-flow.ts';
import type { Sender } from '../ports/sender.ts';

/**
 * A control as a flow: our own SMS to our own phone, so that a control is accounted, limited and measured like a
 * probe. It looks like a one-time code, because providers and carriers treat those differently.
 */
export function createControlFlow(sender: Sender, newCode: () => string): LoginFlow {
  return {
    kind: 'control',
    async run(context) {
      const { number } = context.account;
      if (number === null) throw new AttemptFailure('flow_error', 'a control needs a phone with a number');
      const sent = newCode();
      const text = `${sent} is your twofa-prober control code.`;
      await context.stage('request_code', () =>
        context.sending((written) => {
          written();
          return sender.send(number, text, context.signal);
        }),
      );
      await context.code();
      await context.stage('verify', async (code) => {
        if (code !== sent) throw new CodeRejected('another code came than the one that the control sent');
      });
    },
  };
}
