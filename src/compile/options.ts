// What shapes a table besides the manifests: the flags that `run` and `check` share.

export interface CompileOptions {
  /** Classes served, by name; empty: every class. */
  readonly ingressClasses: readonly string[]
  /** Only objects of this namespace are served; `undefined`: all. */
  readonly namespace: string | undefined
  readonly defaultBackendService: { readonly namespace: string; readonly name: string } | undefined
  readonly defaultSslCertificate: { readonly namespace: string; readonly name: string } | undefined
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
