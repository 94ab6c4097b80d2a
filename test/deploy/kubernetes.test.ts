import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { Deployment, type IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { NetworkPolicy, type INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import {
  PodDisruptionBudget,
  type IPodDisruptionBudget,
} from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Service, type IService } from 'kubernetes-models/v1/Service';
import { describe, expect, test } from 'vitest';
import { parseDockerfile } from '../support/dockerfile.ts';
import {
  configWith,
  KUBERNETES_FILES,
  readText,
  readYaml,
  secretsOf,
  variablesOfConfig,
} from './deploy-files.ts';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const MODELS = {
  Deployment,
  Ingress,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  PodMonitor,
  Service,
} as const;
const manifests = KUBERNETES_FILES.flatMap((file) => readYaml(file) as Manifest[]);
const all = <Kind>(kind: keyof typeof MODELS): Kind[] =>
  manifests.filter((manifest) => manifest.kind === kind) as Kind[];
const deployments = all<IDeployment>('Deployment');
const NAME = 'app.kubernetes.io/name';

test.each(manifests)('$kind $metadata.name is valid by the schema of its API', (manifest) => {
  const found = Object.entries(MODELS).find(([kind]) => kind === manifest.kind);
  expect(found?.[1].apiVersion).toBe(manifest.apiVersion);
  const Model = found?.[1] as new (data: unknown) => { validate(): void };
  expect(() => new Model(manifest).validate()).not.toThrow();
});

test('the schemas do refuse what is wrong', () => {
  const [first] = deployments;
  const spec = { ...first?.spec, replicas: 'two' };
  expect(() => new Deployment({ ...first, spec } as never).validate()).toThrow('replicas');
});

test('there is one deployment and one disruption budget for each location, alike but for its name', () => {
  const files = KUBERNETES_FILES.filter((file) => file.includes('/location-')).sort();
  const texts = files.map((file) => {
    const location = /location-(\w+)\.yaml$/.exec(file)?.[1] ?? '';
    return readText(file).replaceAll(new RegExp(`\\b${location}\\b`, 'g'), 'LOCATION');
  });
  expect(files).toHaveLength(2);
  expect(texts[1]).toBe(texts[0]);
  expect(all<IPodDisruptionBudget>('PodDisruptionBudget').map(({ spec }) => spec?.selector)).toEqual(
    deployments.map(({ spec }) => spec?.selector),
  );
});

describe.each(deployments)('the deployment $metadata.name', ({ metadata, spec }) => {
  const pod = spec?.template.spec;
  const [container] = pod?.containers ?? [];
  const env = Object.fromEntries((container?.env ?? []).map(({ name, value = '' }) => [name, value]));

  test('gives its nodes a configuration that loads, and their location', async () => {
    const { needed, optional } = variablesOfConfig();
    expect(Object.keys(env).filter((name) => !optional.includes(name))).toEqual([]);
    expect(container?.envFrom).toEqual([{ secretRef: { name: 'twofa-prober' } }]);
    const fromSecret = { ...secretsOf(needed), TWOFA_STORE: 'postgres://twofa:pass@db:5432/twofa' };
    const config = await configWith({ ...fromSecret, ...env });
    expect(metadata?.name).toBe(`twofa-prober-${config.node.location}`);
    expect(config.hooks).toMatchObject({ host: '0.0.0.0' });
    expect(config.store.kind).toBe('postgres');
  });

  test('asks whether they live and whether they are ready, at the ports of the image', () => {
    const probes = [container?.startupProbe, container?.readinessProbe, container?.livenessProbe];
    expect(probes.map((probe) => probe?.httpGet)).toEqual([
      { path: '/-/ready', port: 'web' },
      { path: '/-/ready', port: 'web' },
      { path: '/-/healthy', port: 'web' },
    ]);
    const exposed = parseDockerfile(readText('Dockerfile'))
      .at(-1)
      ?.steps.find(({ word }) => word === 'EXPOSE')?.words;
    expect(container?.ports?.map(({ containerPort }) => String(containerPort))).toEqual(exposed);
  });

  test('lets them do little, and end their attempts in order', () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 60,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const mounts = container?.volumeMounts?.map(({ name }) => name);
    expect(mounts).toEqual(pod?.volumes?.map(({ name }) => name));
  });
});

test('services, the policy and the monitor find the pods, by ports that they have', () => {
  const labels = deployments[0]?.spec?.template.metadata?.labels;
  expect(labels).toMatchObject({ [NAME]: 'twofa-prober' });
  const selected = [
    ...all<IService>('Service').map(({ spec }) => spec?.selector),
    ...all<INetworkPolicy>('NetworkPolicy').map(({ spec }) => spec?.podSelector?.matchLabels),
    ...all<PodMonitor>('PodMonitor').map(({ spec }) => spec.selector.matchLabels),
  ];
  expect(selected).toEqual(selected.map(() => ({ [NAME]: 'twofa-prober' })));
  const names = deployments[0]?.spec?.template.spec?.containers[0]?.ports?.map(({ name }) => name);
  const [monitor] = all<PodMonitor>('PodMonitor');
  const used = [
    ...all<IService>('Service').map(({ spec }) => spec?.ports?.[0]?.targetPort),
    monitor?.spec.podMetricsEndpoints?.[0]?.port,
  ];
  expect(used.filter((port) => !names?.includes(String(port)))).toEqual([]);
});

test('the monitor shows the read token, out of the same secret', () => {
  const [monitor] = all<PodMonitor>('PodMonitor');
  const credentials = monitor?.spec.podMetricsEndpoints?.[0]?.authorization?.credentials;
  expect(credentials).toEqual({ name: 'twofa-prober', key: 'TWOFA_READ_TOKEN' });
  expect(variablesOfConfig().needed).toContain(credentials?.key);
});

test('everything but the namespace itself is in it', () => {
  const spaces = manifests
    .filter(({ kind }) => kind !== 'Namespace')
    .map(({ metadata }) => metadata.namespace);
  expect(new Set(spaces)).toEqual(new Set(['twofa-prober']));
});
