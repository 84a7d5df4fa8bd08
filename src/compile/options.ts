// What shapes a table besides the manifests: the flags that `run` and `check` share.

/** What the command line says about the table. An object it names may be missing: compiling reports that. */
export interface CompileOptions {
  /** Classes served, by name; empty: every class. */
  readonly ingressClasses: readonly string[]
  /** Only objects of this namespace are served; `undefined`: all. */
  readonly namespace: string | undefined
  /** The Service for requests that no rule takes; `undefined`: the built-in 404. */
  readonly defaultBackendService: { readonly namespace: string; readonly name: string } | undefined
  /** The TLS Secret for names without a certificate of their own; `undefined`: the local CA signs one. */
  readonly defaultSslCertificate: { readonly namespace: string; readonly name: string } | undefined
  /** ingress-nginx's ConfigMap: defaults for all Ingresses; `undefined`: none is read. */
  readonly configMap: { readonly namespace: string; readonly name: string } | undefined
  /** Addresses that stand in for the endpoints of Services. */
  readonly endpointMaps: readonly EndpointMap[]
}

/** `--map [ns/]svc[:port]=host:port`: replaces a Service's endpoints. Several for one Service port add up. */
export interface EndpointMap {
  readonly namespace: string
  readonly service: string
  /** Number or name of a Service port; `undefined`: all its ports. */
  readonly port: string | undefined
  readonly address: string
  readonly endpointPort: number
}
