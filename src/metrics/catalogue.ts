/** What one metric is called and means. `exemplars`: its samples carry the attempt that moved them last. */
export interface Entry<Type extends MetricKind = MetricKind, Label extends string = string> {
  readonly type: Type;
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
  readonly buckets: readonly number[];
  readonly exemplars: boolean;
}

export const METRIC_KINDS = ['counter', 'gauge', 'histogram'] as const;
export type MetricKind = (typeof METRIC_KINDS)[number];

/**
 * Where a code that never came is observed, in seconds: above every bucket, so that quantiles over all codes
 * are honest. For the same reason the histogram's sum means nothing.
 */
export const LOST_SECONDS = 3600;

const ATTEMPT = ['probe', 'target', 'factor', 'location', 'outcome', 'fault'] as const;
const CODE = ['probe', 'target', 'route', 'phone'] as const;

/** Every metric of ours, once. Base units, bounded labels: never a number, code, address, id or error text. */
export const CATALOGUE = {
  attempts: counter(
    'twofa_attempts_total',
    'Finished attempts, by how they ended and who owns that.',
    ATTEMPT,
    {
      exemplars: true,
    },
  ),
  skips: counter('twofa_skips_total', 'Ticks that started no attempt, by reason.', ['probe', 'reason']),
  stageDuration: histogram(
    'twofa_stage_duration_seconds',
    'How long the stages of attempts took, failed ones included.',
    ['probe', 'stage'],
    { buckets: [0.1, 0.3, 1, 3, 10, 30, 100, 300] },
  ),
  codesRequested: counter(
    'twofa_codes_requested_total',
    'Codes that the target was asked to send: those with a result, and those still waited for.',
    CODE,
  ),
  codes: counter(
    'twofa_codes_total',
    'Settled codes by result. The delivery SLI is on_time / (on_time + late + lost + unreadable).',
    [...CODE, 'result'],
  ),
  codeDelivery: histogram(
    'twofa_code_delivery_seconds',
    'From the request of a code to its arrival; every settled code once, lost ones above the top bucket. Use histogram_quantile over _bucket, and never use _sum.',
    ['probe', 'target', 'route'],
    { buckets: [1, 2, 4, 8, 16, 32, 60, 120, 300, 600, 1800], exemplars: true },
  ),
  arrivedAfterExpiry: counter(
    'twofa_codes_arrived_after_expiry_total',
    'Codes counted as lost whose message came after all.',
    ['probe', 'route'],
  ),
  codesOverdue: gauge('twofa_codes_overdue', 'Codes past their deadline that are still waited for.', [
    'probe',
    'phone',
  ]),
  lastDelivery: gauge('twofa_last_delivery_seconds', 'How long the last code that arrived took.', [
    'probe',
    'phone',
  ]),
  lastAttempt: gauge(
    'twofa_last_attempt_timestamp_seconds',
    'When the last attempt ended; absent if never.',
    ['probe'],
  ),
  lastSuccess: gauge(
    'twofa_last_success_timestamp_seconds',
    'When the last attempt that was ok or late ended; absent if never.',
    ['probe'],
  ),
  attemptsInFlight: gauge('twofa_attempts_in_flight', 'Attempts that run now on this node.', ['probe']),
  probeInterval: gauge(
    'twofa_probe_interval_seconds',
    "Mean time between two ticks of the probe's schedule.",
    ['probe'],
  ),
  probeDeadline: gauge('twofa_probe_deadline_seconds', 'A code later than this is late.', ['probe']),
  probeState: gauge(
    'twofa_probe_state',
    'The one state of a probe that is 1: active, paused or maintenance.',
    ['probe', 'state'],
  ),
  probeInfo: gauge('twofa_probe_info', 'A configured probe; always 1.', [
    'probe',
    'target',
    'factor',
    'flow',
  ]),
  phoneInfo: gauge('twofa_phone_info', 'A configured phone; always 1.', [
    'phone',
    'route',
    'country',
    'carrier',
    'line',
    'inbox',
  ]),
  outageState: gauge(
    'twofa_outage_state',
    'The one hypothesis that is 1: none, suspect, loss, partial, slow or muted; the route all speaks of all routes together. Shared by nodes: aggregate with max.',
    ['target', 'route', 'hypothesis'],
  ),
  outageScore: gauge(
    'twofa_outage_score',
    'Evidence for an outage, in nats. Shared by nodes: aggregate with max.',
    ['target', 'route'],
  ),
  outageThreshold: gauge('twofa_outage_threshold', 'The score from which on a detector alarms, in nats.', [
    'target',
  ]),
  confirmations: counter(
    'twofa_confirmations_total',
    'Probes that a detector asked for outside the schedule; the route all where the detector of all routes asked.',
    ['target', 'route'],
  ),
  verdict: gauge(
    'twofa_verdict',
    'The one cause that is 1: which component is broken. Shared by nodes: aggregate with max.',
    ['target', 'cause'],
  ),
  inboxUp: gauge('twofa_inbox_up', 'Whether messages can be read from the inbox.', ['inbox']),
  inboxMessages: counter(
    'twofa_inbox_messages_total',
    'Messages that reached us, each counted in the one disposition it ended in.',
    ['inbox', 'disposition'],
  ),
  receipts: counter(
    'twofa_receipts_total',
    "What the provider of the target's sender said of its messages, beside what was seen by their expiry: delivered_seen, delivered_never_seen, failed_seen, failed_never_seen.",
    ['probe', 'target', 'route', 'truth'],
  ),
  inboxErrors: counter(
    'twofa_inbox_errors_total',
    'What went wrong at an inbox: poll (it could not be asked), session (not opened, or ended), signature (a request that proved nothing), request (one that could not be read), store (a message that could not be kept).',
    ['inbox', 'error'],
  ),
  inboxLastMessage: gauge(
    'twofa_inbox_last_message_timestamp_seconds',
    "When the last message came, anybody's; absent if none is known.",
    ['inbox'],
  ),
  inboxControlInterval: gauge(
    'twofa_inbox_control_interval_seconds',
    'How often one of our own control messages should come; absent where no control goes there.',
    ['inbox'],
  ),
  inboxResolution: gauge(
    'twofa_inbox_resolution_seconds',
    'How exact the arrival times of an inbox are: 0 for a push, else its polling interval.',
    ['inbox'],
  ),
  budgetRemaining: gauge(
    'twofa_budget_remaining',
    'Attempts that the limits of the target still allow in the window (hour or day). Shared by nodes: aggregate with max.',
    ['target', 'window'],
  ),
  spendMonth: gauge(
    'twofa_spend_month',
    'Spent and reserved in this UTC month, in the currency. Shared by nodes: aggregate with max.',
    ['currency'],
  ),
  spendCap: gauge('twofa_spend_cap', 'The configured cap of a UTC month, in the currency.', ['currency']),
  breakerOpen: gauge(
    'twofa_breaker_open',
    'Whether the target asked us to back off and we do. Shared by nodes: aggregate with max.',
    ['target'],
  ),
  backupCodesRemaining: gauge(
    'twofa_backup_codes_remaining',
    'Backup codes of an account (target/account) not used yet. Shared by nodes: aggregate with max.',
    ['account'],
  ),
  logoutFailures: counter('twofa_logout_failures_total', 'Attempts that could not end their session.', [
    'probe',
  ]),
  scheduleLag: gauge(
    'twofa_schedule_lag_seconds',
    'How late after its tick and jitter the last attempt was decided on.',
  ),
  leasesHeld: gauge(
    'twofa_leases_held',
    'Accounts and phones held by attempts, of all nodes. Shared by nodes: aggregate with max.',
    ['kind'],
  ),
  clockOffset: gauge(
    'twofa_clock_offset_seconds',
    "This node's wall clock minus the reference clock; absent where there is none to compare with.",
  ),
  clockOffsetError: gauge(
    'twofa_clock_offset_error_seconds',
    'How far the measured offset may be from the true one; absent where there is no reference clock.',
  ),
  storeUp: gauge('twofa_store_up', 'Whether the store can be read and written.'),
  reloadSuccessful: gauge(
    'twofa_config_last_reload_successful',
    'Whether the configuration as it was last read is the one in use.',
  ),
  reloadTimestamp: gauge(
    'twofa_config_last_reload_success_timestamp_seconds',
    'When the configuration in use was loaded.',
  ),
  buildInfo: gauge('twofa_build_info', 'What runs here; always 1.', ['version', 'node_version', 'location']),
} as const;

interface Options {
  readonly buckets?: readonly number[];
  readonly exemplars?: boolean;
}

function counter<const Label extends string>(
  name: `twofa_${string}_total`,
  help: string,
  labels: readonly Label[] = [],
  options: Options = {},
): Entry<'counter', Label> {
  return { type: 'counter', name, help, labels, buckets: [], exemplars: options.exemplars ?? false };
}

function gauge<const Label extends string = never>(
  name: `twofa_${string}`,
  help: string,
  labels: readonly Label[] = [],
): Entry<'gauge', Label> {
  return { type: 'gauge', name, help, labels, buckets: [], exemplars: false };
}

function histogram<const Label extends string>(
  name: `twofa_${string}_seconds`,
  help: string,
  labels: readonly Label[],
  options: Options,
): Entry<'histogram', Label> {
  const { buckets = [], exemplars = false } = options;
  return { type: 'histogram', name, help, labels, buckets, exemplars };
}
