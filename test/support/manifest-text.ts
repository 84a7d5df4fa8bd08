// Texts of manifests in shorthand, for tests whose subject is what rules do rather than how they are written. YAML is a
// superset of JSON, so that is what comes out.

export interface IngressText {
  /** Default `web`. */
  readonly name?: string
  readonly namespace?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly className?: string
  readonly created?: string
  /** Host (empty for none) → `Prefix /cart cart:80`; a port of letters is a name. */
  readonly rules?: Readonly<Record<string, readonly string[]>>
  /** `cart:80`. */
  readonly defaultBackend?: string
  readonly tls?: readonly { readonly hosts: readonly string[]; readonly secretName?: string }[]
}

/** A `networking.k8s.io/v1` Ingress. */
export function ingressText(input: IngressText): string {
  const { name = 'web', namespace, annotations, className, created, rules, defaultBackend, tls } = input
  return textOf({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace, annotations, creationTimestamp: created },
    spec: {
      ingressClassName: className,
      tls,
      defaultBackend: defaultBackend === undefined ? undefined : backendOf(defaultBackend),
      rules: rules && Object.entries(rules).map(([host, paths]) => ruleOf(host, paths)),
    },
  })
}

/** An Ingress that is the canary of those with the same rules; `settings` without the prefix: `{ weight: '30' }`. */
export function canaryText(input: IngressText, settings: Readonly<Record<string, string>>): string {
  const prefix = 'nginx.ingress.kubernetes.io/canary'
  const own = Object.entries(settings).map(([key, value]) => [`${prefix}-${key}`, value])
  const annotations = { ...input.annotations, [prefix]: 'true', ...Object.fromEntries(own) }
  return ingressText({ name: 'canary', ...input, annotations })
}

export interface ServiceText {
  readonly namespace?: string
  /** Written as the annotation `portico/endpoints`. */
  readonly endpoints?: readonly string[]
  /** Beside that one. */
  readonly annotations?: Readonly<Record<string, string>>
  /** Default: the unnamed port 80. */
  readonly ports?: readonly Readonly<Record<string, unknown>>[]
  /** Other fields of `spec`. */
  readonly spec?: Readonly<Record<string, unknown>>
}

/** A Service. */
export function serviceText(name: string, input: ServiceText = {}): string {
  const { namespace, endpoints, ports = [{ port: 80 }], spec = {} } = input
  const listed = endpoints && { 'portico/endpoints': endpoints.join(', ') }
  const annotations = input.annotations || listed ? { ...input.annotations, ...listed } : undefined
  return textOf({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, annotations },
    spec: { ports, ...spec },
  })
}

/** A TLS Secret. */
export function secretText(
  name: string,
  pair: { certPem: string; keyPem: string; caPem?: string },
  namespace?: string,
): string {
  const { certPem, keyPem, caPem } = pair
  const stringData = {
    'tls.crt': certPem,
    'tls.key': keyPem,
    ...(caPem !== undefined && { 'ca.crt': caPem }),
  }
  return textOf({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    type: 'kubernetes.io/tls',
    stringData,
  })
}

/** A ConfigMap. */
export function configMapText(name: string, data: Readonly<Record<string, string>>): string {
  return textOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })
}

/** Any object. */
export function textOf(object: unknown): string {
  return `${JSON.stringify(object, undefined, 2)}\n`
}

/** Several objects in one file. */
export function documents(...texts: readonly string[]): string {
  return texts.join('---\n')
}

function ruleOf(host: string, paths: readonly string[]): unknown {
  return { host: host === '' ? undefined : host, http: { paths: paths.map(pathOf) } }
}

function pathOf(text: string): unknown {
  const [pathType, path, backend] = text.split(' ')
  return { path, pathType, backend: backendOf(backend!) }
}

function backendOf(text: string): unknown {
  const [name, port = ''] = text.split(':')
  return { service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } }
}
