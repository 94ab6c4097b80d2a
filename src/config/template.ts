/**
 * A commented configuration to start from. It passes `check` once the environment holds SMS_HOOK_SECRET,
 * PROBE_PASSWORD_1, PROBE_PASSWORD_2 and PROBE_TOTP_SECRET.
 */
export const initTemplate = (): string => TEMPLATE;

/** The variables that the template asks for. */
export const TEMPLATE_VARIABLES = [
  'SMS_HOOK_SECRET',
  'PROBE_PASSWORD_1',
  'PROBE_PASSWORD_2',
  'PROBE_TOTP_SECRET',
] as const;

const TEMPLATE = `# yaml-language-server: $schema=./node_modules/twofa-prober/schema.json
#
# Configuration of twofa-prober. Check it with
#   twofa-prober check --config.file=FILE
#
# \${NAME}, \${NAME:-default} and \${file:PATH} are replaced in values; keep secrets out of this file.

# Whom the owner of a target may ask about our logins; goes into the User-Agent.
contact: sre@example.com

# Status page, API and /metrics. Off loopback it needs readToken and adminToken.
web: { listen: 127.0.0.1:9823 }

# The one listener that faces the internet: gateways push their messages to it.
hooks: { listen: 127.0.0.1:9824 }

# Where the messages of your phones are read.
inboxes:
  gateway: { kind: webhook, secret: "\${SMS_HOOK_SECRET}" }

# The numbers that you own. perSms is what one code costs you.
phones:
  us-1: { number: "+12025550111", inbox: gateway, country: US, carrier: carrier-a, perSms: 0.008 }

# Never spend more than this on codes, in a UTC month.
spend: { currency: USD, perMonth: 100 }

targets:
  my-login:
    url: https://login.example.com
    # Set this to true only if you run the service, or have leave to test it.
    authorized: true
    accounts:
      # Test users of your own: no privileges, one for each factor, kept out of your statistics.
      sms-1: { username: probe-sms-1, password: "\${PROBE_PASSWORD_1}", phone: us-1 }
      totp-1: { username: probe-totp-1, password: "\${PROBE_PASSWORD_2}", totpSecret: "\${PROBE_TOTP_SECRET}" }

probes:
  my-login-sms:
    target: my-login
    factor: sms
    schedule: '*/10 * * * *' # node-cron's syntax, in UTC
    deadline: 60s # a code later than this is late
    expiry: 5m # a code later than this is lost
    flow: &login
      kind: http
      steps:
        - stage: login
          post: /session
          json: { user: '{{username}}', password: '{{password}}' }
          when:
            - { status: 200, json: { /secondFactor: 'required' }, is: challenge }
            - { status: 200, is: signed_in }
            - { status: 401, is: login_refused }
        - stage: request_code
          sends: true # this request makes the target send the code
          post: /session/code
          when:
            - { status: 2xx, is: next }
            - { status: 4xx, is: request_refused }
        - stage: verify
          post: /session/verify
          json: { code: '{{code}}' }
          when:
            - { status: 200, is: signed_in }
            - { status: 401, is: code_rejected }
        - stage: logout
          delete: /session

  # Another factor of the same login: tells an outage of SMS from an outage of the login.
  my-login-totp:
    target: my-login
    factor: totp
    schedule: '5-59/10 * * * *'
    flow: *login
`;
