import type { Clock } from '../ports/clock.ts';
import type { Carrier } from './carrier.ts';
import { codeText } from './code-text.ts';
import type { Conditions } from './conditions.ts';
import { isSameText } from './same-text.ts';
import { createSecondFactors } from './second-factors.ts';
import type { TruthLog, VerifyResult } from './truth.ts';
import type { SimAccount, World } from './world.ts';

/** What the site does, whichever way it is asked. */
export interface LoginService {
  signIn(credentials: { user: string; password: string }, asked: Asked): SignInAnswer;
  /** Sends a code to the account's phone, or says so. */
  sendCode(account: string, asked: Asked): 'sent' | 'no_phone';
  checkCode(account: string, code: string, asked: Asked): VerifyResult;
  signOut(account: string, asked: Asked): void;
  find(account: string): SimAccount | undefined;
}

export type SignInAnswer =
  | { readonly result: 'refused' }
  | { readonly result: 'challenged' | 'signed_in'; readonly account: string };

/** Who asks, and when. */
export interface Asked {
  /** What the client calls its attempt. */
  readonly attempt: string | null;
  /** Monotonic, when the request's head was there. */
  readonly atMs: number;
}

export interface LoginServiceDeps {
  readonly clock: Clock;
  readonly seed: string | number;
  readonly world: World;
  readonly carrier: Carrier;
  readonly truth: TruthLog;
  readonly conditions: () => Conditions;
}

export function createLoginService(deps: LoginServiceDeps): LoginService {
  const { clock, world, carrier, truth, conditions } = deps;
  const factors = new Map(
    world.accounts.map((account) => [account.username, createSecondFactors(account, clock, deps.seed)]),
  );
  const find = (name: string) => world.accounts.find(({ username }) => username === name);
  /** The one account that a broken sender still serves. */
  const served = world.accounts.find(({ phone }) => phone !== null)?.username;
  const reaches = (account: string): boolean =>
    ({ everyone: true, first_account: account === served, nobody: false })[conditions().siteSendsTo];

  const sendOf = (code: string) => truth.sends().findLast((send) => send.code === code) ?? null;

  return {
    find,
    signIn({ user, password }, { attempt }) {
      const known = find(user);
      // Compared for unknown users too, so that the time it takes does not tell who exists.
      const right = isSameText(password, known?.password ?? '');
      const result =
        !known || !right ? 'refused' : conditions().siteAsksSecondFactor ? 'challenged' : 'signed_in';
      truth.addLogin({ account: user, attempt, result });
      return result === 'refused' ? { result } : { result, account: user };
    },
    sendCode(name, { attempt, atMs }) {
      const phone = world.phones.find((phone) => phone.name === find(name)?.phone);
      const own = factors.get(name);
      if (!phone || !own) return 'no_phone';
      const code = own.issue();
      const send = truth.addSend({ account: name, phone: phone.name, code, attempt, requestedAtMs: atMs });
      own.sent(send);
      if (!reaches(name)) return 'sent';
      send.sentAtMs = clock.monotonicMs();
      const text = codeText(code, conditions().siteTextChanged);
      send.message = carrier.submit({ from: world.siteSender, to: phone.number, text, source: 'site' });
      return 'sent';
    },
    checkCode(name, code, { attempt }) {
      const checked = factors.get(name)?.check(code.trim());
      if (!checked) return 'wrong';
      // A code of another account's says more than `wrong`: somebody mixed up two attempts.
      const send = checked.send ?? (checked.factor === null ? sendOf(code.trim()) : null);
      truth.addVerify({ account: name, attempt, ...checked, send });
      if (checked.result === 'accepted') truth.addLogin({ account: name, attempt, result: 'signed_in' });
      return checked.result;
    },
    signOut: (account, { attempt }) => truth.addLogin({ account, attempt, result: 'signed_out' }),
  };
}
