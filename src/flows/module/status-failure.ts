import {
  CodeRejected,
  LoginRefused,
  RateLimited,
  RequestRefused,
  TargetUnreachable,
  type AttemptFailure,
} from '../../domain/failure.ts';
import type { FlowStage } from '../../domain/outcome.ts';

type Refusal = (why: string) => AttemptFailure;

const unreachable: Refusal = (why) => new TargetUnreachable(why);

/** What a status that is no success means in a stage. */
const BY_STAGE: Readonly<Record<FlowStage, (status: number) => Refusal>> = {
  login: (status) => ([401, 403].includes(status) ? (why) => new LoginRefused(why) : unreachable),
  request_code: (status) => (status >= 400 && status < 500 ? (why) => new RequestRefused(why) : unreachable),
  verify: (status) => ([400, 401, 403, 422].includes(status) ? (why) => new CodeRejected(why) : unreachable),
  logout: () => unreachable,
};

/** The failure that an answer without success is, when a flow in code does not judge it itself. */
export function statusFailure(
  stage: FlowStage | null,
  answer: { readonly status: number; readonly why: string; readonly retryAfterMs: number | null },
): AttemptFailure {
  const { status, why, retryAfterMs } = answer;
  if (status === 429) return new RateLimited(why, retryAfterMs === null ? {} : { retryAfterMs });
  return (stage ? BY_STAGE[stage](status) : unreachable)(why);
}
