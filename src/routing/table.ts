// The routing table: what compile makes of all manifests and requests are served by. Plain data without functions or
// handles (it can be sent to another thread); built once, never changed, replaced by one assignment. Kubernetes ends here.
import type { Place } from '../diagnostics/place.ts'
import type { UpstreamPolicies } from '../policies/all.ts'
import type { BackendProtocol } from '../policies/backends/backend-tls.ts'
import type { Handling } from '../policies/handling.ts'
import type { CanaryRule } from '../policies/routing/canary.ts'
import type { Alias } from '../policies/routing/server-alias.ts'

/** Everything requests and handshakes are served by. */
export interface RoutingTable {
  readonly hosts: readonly HostRoutes[]
  readonly aliases: readonly HostAlias[]
  /** Where requests go that no host claims, and paths no fallback claims; `undefined`: the built-in 404. */
  readonly defaultUpstream: Upstream | undefined
  /** How requests are treated that no route takes. */
  readonly unclaimed: Handling
  /** Every upstream that a route, a canary or the default names, by key. */
  readonly upstreams: ReadonlyMap<string, Upstream>
  readonly certificates: CertificateTable
}

/** All rules for one host, from however many Ingresses. */
export interface HostRoutes {
  /** `foo.com`, `*.foo.com` (exactly one label), or empty: the catch-all for hosts that nothing claims. */
  readonly host: string
  /** Whether a `tls` section names the host, even if its Secret is missing: HTTP redirects to HTTPS then. */
  readonly hasTls: boolean
  readonly routes: readonly Route[]
  /** Answers paths that no route takes, with the policies of the host's first Ingress; its backend may be `undefined`: 404. */
  readonly fallback: Route | undefined
}

/** One more name for a host, where requests do not find another host by it. */
export interface HostAlias extends Alias {
  /** The `host` of the `HostRoutes` it stands for. */
  readonly host: string
  /** As in `HostRoutes`; an alias has its own. */
  readonly hasTls: boolean
}

/** How a route's path is compared. Kubernetes' ImplementationSpecific is a prefix, or a regex where its Ingress asks for it. */
export type RouteKind = 'exact' | 'prefix' | 'regex'

/** One path of one host, with all that is to be known to serve it. */
export interface Route extends Handling {
  /** Readable and unique in the table: `shop/web foo.com/cart Prefix`. */
  readonly id: string
  readonly host: string
  /** As written in the rule. */
  readonly path: string
  readonly kind: RouteKind
  /** `undefined`: the table's default upstream or, without one, the built-in 404. */
  readonly backend: Backend | undefined
  /** In the order they are asked; empty for most routes. */
  readonly canaries: readonly Canary[]
  /** `undefined` for most routes: nobody answers in the place of their backends. */
  readonly errorBackends: ErrorBackends | undefined
  readonly origin: Origin
}

/** The manifest part a route or canary comes from. */
export interface Origin {
  readonly namespace: string
  readonly ingress: string
  readonly place: Place
}

/** What a rule names, and what became of it. */
export interface Backend {
  readonly namespace: string
  readonly service: string
  /** Port as the rule wrote it, number or name. */
  readonly port: string
  /** `undefined` when there is a problem: requests get 503. */
  readonly upstream: Upstream | undefined
  /** Why there is no upstream, in words for an error page; also set for an upstream without endpoints. */
  readonly problem: string | undefined
}

/** Who answers when a route's backend can not, or does so with an error. Backends with endpoints only. */
export interface ErrorBackends {
  /** Takes the requests while the route's backend has no endpoint. */
  readonly standIn: Backend | undefined
  /** Makes the pages for error responses that are to be replaced; `undefined`: clients get the built-in 404. */
  readonly pages: Backend | undefined
}

/** A Service port and its addresses. */
export interface Upstream {
  /**
   * `namespace/service:port` with the Service port's number, and a mark of the policies where an Ingress sets its own; live
   * state is kept under it.
   */
  readonly key: string
  readonly namespace: string
  readonly service: string
  readonly port: string
  /** Ready ones only, without duplicates, in the order they were listed. */
  readonly endpoints: readonly Endpoint[]
  /** How many addresses are listed but not ready. */
  readonly notReadyCount: number
  /** Who lists the endpoints; `undefined`: nobody does. */
  readonly source?: EndpointSource | undefined
  /** `sessionAffinity: ClientIP`: seconds a client stays with its endpoint after its last request. */
  readonly clientIpAffinitySeconds: number | undefined
  /** How the Service port wants to be spoken to (`appProtocol`), where no Ingress says so; `undefined`: it does not say. */
  readonly appProtocol: BackendProtocol | undefined
  readonly policies: UpstreamPolicies
}

/** What an upstream's endpoints come from: the first that says anything. */
export interface EndpointSource {
  /** `map` is the flag `--map`, `annotation` the Service's `portico/endpoints`, `address` the Service's own (service-upstream). */
  readonly kind: 'map' | 'annotation' | 'address' | 'EndpointSlice' | 'Endpoints' | 'ExternalName'
  /** Where it is written; of several slices the first. `undefined` for a flag. */
  readonly place: Place | undefined
}

/** One address that serves an upstream. */
export interface Endpoint {
  /** IPv4, IPv6 (without brackets) or a DNS name. */
  readonly address: string
  readonly port: number
}

/** A second backend of a route, taken by header, cookie or weight (ingress-nginx canary). */
export interface Canary {
  readonly backend: Backend
  readonly rule: CanaryRule
  /** Clients with a session cookie stay with it, or with the main backend: rules decide about new ones only. */
  readonly isSticky: boolean
  readonly origin: Origin
}

/** Certificates by the name a client asks for (SNI). */
export interface CertificateTable {
  /** Lower-case names. */
  readonly exact: ReadonlyMap<string, Certificate>
  /** By suffix: `.foo.com` for `*.foo.com`, which covers exactly one label. */
  readonly wildcard: ReadonlyMap<string, Certificate>
  /** `--default-ssl-certificate`; without it unknown names get a leaf of the local CA. */
  readonly default: Certificate | undefined
}

/** A chain and its key from a Secret, or a leaf to be signed by the local CA for the name asked for. */
export type Certificate =
  | {
      readonly kind: 'secret'
      readonly secret: string
      readonly certPem: string
      readonly keyPem: string
      /** Shown to clients that ask whether the certificate was revoked; `undefined`: the Secret holds nothing of the kind. */
      readonly staple?: Staple
      readonly place: Place
    }
  | {
      readonly kind: 'local-ca'
      readonly reason: string
      /** Where what the reason speaks of is written. */
      readonly place: Place
    }

/** An OCSP response for a certificate (RFC 6960), in DER. Stapled only between its two times (milliseconds since the epoch). */
export interface Staple {
  /** Of the certificate it is for: SHA-256 over its DER, in lower-case hex. */
  readonly fingerprint: string
  readonly response: Uint8Array
  readonly notBeforeMs: number
  readonly notAfterMs: number
}
