// The answers of the admin API as types: what the dashboard, `portico status` and `portico top` are built on. Those about requests,
// and the events, are in live-types.ts. Neither imports anything else, so that a page in a browser can be checked against it. docs/openapi.json describes the same for everybody else.
//
// In all of them: times are milliseconds since the epoch (`…At`, `time`), durations milliseconds (`…Ms`), sizes bytes. Places are
// `file:line:col` (`at`). A host is `*` for the catch-all. Fields that do not apply are absent. Nothing holds what a Secret holds.

/** What is wrong with a question (RFC 9457), as `application/problem+json`. */
export interface Problem {
  /** `about:blank`: the status says what kind it is. */
  readonly type: string
  /** The status in words. */
  readonly title: string
  readonly status: number
  /** What is wrong and what to do, as a sentence. */
  readonly detail: string
}

/** How many findings there are of each severity. */
export interface ProblemCounts {
  readonly error: number
  readonly warning: number
  readonly note: number
}

/** Durations of requests in milliseconds, from the head that was read to the end of the response. */
export interface Percentiles {
  readonly p50: number
  readonly p90: number
  readonly p99: number
}

/** Requests of one thing: a route, a branch of it, or everything. */
export interface Figures {
  /** Since the start. */
  readonly requests: number
  /** Of them those that ended with 500 and above. */
  readonly errors: number
  /** Of the last seconds. Absent until two looks were taken: nothing is measured for routes while nobody asks. */
  readonly perSecond?: number
  readonly errorsPerSecond?: number
  /** Of the last seconds; absent without requests. */
  readonly latencyMs?: Percentiles
}

/** `GET /api/overview` */
export interface Overview {
  readonly version: string
  /** When this process began to serve. */
  readonly startedAt: number
  readonly now: number
  readonly isReady: boolean
  readonly paths: readonly string[]
  readonly listeners: readonly ListenerView[]
  /** Counts up from 1 with each table. */
  readonly generation: number
  readonly lastChange: AppliedView
  readonly counts: {
    readonly hosts: number
    readonly routes: number
    readonly ingresses: number
    readonly services: number
    readonly endpoints: number
    /** Endpoints that get no requests now: left out, passed over or drained. */
    readonly endpointsAway: number
  }
  readonly problems: ProblemCounts
  /** Certificates of Secrets that end within 30 days or have ended, the next to end first. */
  readonly expiring: readonly ExpiringCertificate[]
  readonly connections: ConnectionCounts
  readonly figures: Figures
  /** One for each of the last seconds, oldest first, at most 300. */
  readonly history: readonly Sample[]
  readonly memoryBytes: number
}

/** Where clients come in. */
export interface ListenerView {
  readonly name: 'http' | 'https' | 'admin'
  /** `host:port`, the port really bound. */
  readonly address: string
}

/** Open connections. */
export interface ConnectionCounts {
  readonly clients: number
  readonly upstreamIdle: number
  readonly upstreamBusy: number
}

/** A certificate that ends soon. */
export interface ExpiringCertificate {
  /** The host it is shown for. */
  readonly host: string
  /** `namespace/name`. */
  readonly secret: string
  readonly notAfter: string
  /** Whole days; negative when it has ended. */
  readonly daysLeft: number
}

/** One second of all requests. */
export interface Sample {
  readonly time: number
  readonly perSecond: number
  readonly errorsPerSecond: number
  /** Of that second; absent without requests. */
  readonly latencyMs?: Percentiles
  readonly clientConnections: number
}

/** A table that became live. Also the event `applied`. */
export interface AppliedView {
  readonly generation: number
  readonly time: number
  /** From the first look at the files until the table was live. */
  readonly durationMs: number
  /** As the user named them. */
  readonly changedFiles: readonly string[]
  readonly routes: { readonly added: number; readonly changed: number; readonly removed: number }
  readonly problems: ProblemCounts
}

/** `GET /api/routes`, with `?q=` those that hold all its words in host, path, Ingress, Service or file. */
export interface RouteList {
  readonly generation: number
  /** How many there are, more than are shown if `limit` says so (default 1000). */
  readonly total: number
  readonly routes: readonly RouteView[]
}

/** One rule: a host and a path. */
export interface RouteView {
  /** Unique; `encodeURIComponent(id)` stands in `/api/routes/{id}`. */
  readonly id: string
  readonly host: string
  /** As written. */
  readonly path: string
  readonly kind: 'exact' | 'prefix' | 'regex'
  /** What else it asks of requests (`portico/match-…`), in words. */
  readonly conditions?: string
  /** Answers paths of its host that no rule takes. */
  readonly isFallback: boolean
  readonly hasTls: boolean
  /** `namespace/name`. */
  readonly ingress: string
  readonly at: string
  /** `namespace/name:port`; absent: a 404. */
  readonly service?: string
  readonly endpoints: number
  readonly canaries: number
  /** Why every request gets 503. */
  readonly closed?: string
  readonly figures: Figures
}

/** `GET /api/routes/{id}`: the way of a request, in the order it goes. */
export interface RouteWay extends RouteView {
  readonly listeners: readonly ListenerView[]
  readonly hostRule: {
    readonly host: string
    /** Of the first rule that names it. */
    readonly at?: string
    /** A regex begins with `~`. */
    readonly aliases: readonly string[]
    readonly certificate?: {
      readonly kind: 'secret' | 'local CA' | 'handed on' | 'refused'
      readonly secret?: string
      readonly at?: string
      readonly why: string
    }
  }
  /** Those that somebody has written something for, in the order requests meet them. */
  readonly policies: readonly PolicyView[]
  /** Who may get the request: canaries in the order they are asked, the rule's own backend last. */
  readonly branches: readonly BranchView[]
  /** A URL that goes this way, where one can be told. */
  readonly url?: string
}

/** A policy with what was written for it. */
export interface PolicyView {
  readonly policy: string
  /** What it does, one sentence or more. */
  readonly doc: string
  readonly settings: readonly SettingView[]
}

/** A setting in force and where it comes from. */
export interface SettingView {
  /** As people write it, without ingress-nginx's prefix. */
  readonly setting: string
  /** In words. */
  readonly text: string
  readonly from: 'annotation' | 'config-map' | 'default'
  /** `Ingress shop/web`; absent for a default. */
  readonly object?: string
  readonly at?: string
  /** Why another place decides than the usual one. */
  readonly because?: string
  /** What was written for it and could not be obeyed. */
  readonly unread?: string
}

/** A backend that a rule may choose. */
export interface BranchView {
  readonly isCanary: boolean
  /** `namespace/name:port`. */
  readonly service: string
  /** Where `portico/variant` names it. */
  readonly variant?: string
  /** Of a hundred requests that no header or cookie decides about. */
  readonly percent: number
  /** What takes requests there, as clauses: `header x-canary`, `30%`. */
  readonly takes: readonly string[]
  /** Of a canary: `namespace/name` of its Ingress. */
  readonly ingress?: string
  readonly at: string
  /** Why nothing can be sent there. */
  readonly problem?: string
  /** How one of its endpoints is picked, as a clause. */
  readonly picking?: string
  /** Key of its upstream in `/api/services`. */
  readonly upstream?: string
  /** Where its endpoints are listed; absent where no file does. */
  readonly endpointsAt?: string
  readonly endpoints: readonly EndpointView[]
  readonly figures: Figures
}

/** `GET /api/services` */
export interface ServiceList {
  readonly services: readonly ServiceView[]
}

/** A Service port and who serves it. */
export interface ServiceView {
  /** `namespace/name:port`. */
  readonly service: string
  /** Who lists its endpoints; absent: nobody does. */
  readonly source?: string
  readonly at?: string
  /** How an endpoint is picked, as a clause; several where Ingresses say different things. */
  readonly picking: readonly string[]
  readonly endpoints: readonly EndpointView[]
  /** How many more are listed, but not ready. */
  readonly notReady: number
  /** Ids of the routes that may send requests there. */
  readonly routes: readonly string[]
}

/** `ready`: gets requests. The others get none: failed lately, unhealthy or an outlier, or drained by hand. */
export type EndpointState = 'ready' | 'passed over' | 'left out' | 'drained'

/** One address that serves a Service. */
export interface EndpointView {
  /** `address:port`, IPv6 in brackets; `encodeURIComponent` stands in the paths of drain and undrain. */
  readonly address: string
  readonly state: EndpointState
  /** For how long failures of its own still keep requests away. */
  readonly passedOverMs?: number
  /** Since when it is drained. */
  readonly drainedAt?: number
  readonly inFlight: number
  readonly idleConnections: number
  /** Attempts that were answered since the endpoint was first there, and those that were not. */
  readonly answered: number
  readonly failed: number
  /** Until the response head, a moving average; absent before the first answer. */
  readonly responseMs?: number
  /** How often it began to be passed over. */
  readonly ejections: number
}

/** `POST /api/services/{ns}/{name}:{port}/endpoints/{address}/drain` and `…/undrain` */
export interface DrainAnswer {
  readonly service: string
  readonly endpoint: EndpointView
}

/** `GET /api/certificates`, with `?q=` those whose host holds it, `limit` (default 200). */
export interface CertificateList {
  /** How many hosts there are, more than are shown if `limit` says so. */
  readonly total: number
  readonly hosts: readonly HostVerdictView[]
}

/** What a TLS client that asks for a host gets, and why. */
export interface HostVerdictView {
  readonly host: string
  /** The worst of its findings. */
  readonly verdict: 'good' | 'warning' | 'error'
  readonly paths: number
  /** By which statuses paths of it are closed, and why. */
  readonly closed: readonly string[]
  readonly handshake: 'ended here' | 'refused' | 'handed on'
  readonly handedOnTo?: string
  readonly certificate?: 'secret' | 'local CA'
  readonly secret?: string
  readonly at?: string
  readonly why: string
  readonly facts?: CertificateFactsView
  readonly stapledUntil?: string
  readonly asksForClientCertificate: boolean
  readonly versions: { readonly min: string; readonly max: string }
  /** `severity code message`. */
  readonly findings: readonly string[]
}

/** A chain by its first certificate. */
export interface CertificateFactsView {
  readonly names: readonly string[]
  /** ISO 8601. */
  readonly notBefore: string
  readonly notAfter: string
  readonly daysLeft: number
  readonly key: string
  readonly signature: string
  readonly chain: readonly string[]
  readonly issuer: string
  readonly trust: 'public' | 'local-ca' | 'itself' | 'unknown'
}

/** `GET /api/diagnostics`, with `?severity=` and `?q=`. */
export interface DiagnosticList {
  readonly generation: number
  readonly counts: ProblemCounts
  /** How many fit, more than are shown if there are more than 1000. */
  readonly total: number
  /** Errors first, then by place; at most 1000. */
  readonly diagnostics: readonly DiagnosticView[]
}

/** A finding. */
export interface DiagnosticView {
  readonly severity: 'error' | 'warning' | 'note'
  readonly code: string
  /** The code in one sentence. */
  readonly summary: string
  /** `Ingress shop/web`; empty when it is not known. */
  readonly object: string
  readonly message: string
  readonly file?: string
  readonly line?: number
  readonly column?: number
  /** The line it is about; absent where it must not be shown. */
  readonly excerpt?: ExcerptView
}

/** A line of a manifest. */
export interface ExcerptView {
  /** Number of the line in its file. */
  readonly line: number
  /** Cut around the spot when it is long; control characters replaced. */
  readonly text: string
  /** Index of the spot in `text`, UTF-16 units. */
  readonly spot: number
}

/** `GET /api/config`: how this process was started, and the defaults that hold for all Ingresses. */
export interface ConfigView {
  readonly version: string
  /** Flags as they came out of command line, environment and defaults, by name without dashes; values in words. */
  readonly flags: Readonly<Record<string, string>>
  /** `namespace/name` of the ConfigMap; absent for none. */
  readonly configMap?: string
  /** What it sets. */
  readonly settings: readonly SettingView[]
}

/** `GET /api/annotations`, with `?used=1` only those in use. */
export interface AnnotationList {
  readonly annotations: readonly AnnotationView[]
}

/** One name of the ledger, and where the manifests use it. */
export interface AnnotationView {
  /** Full annotation key, or key of the ConfigMap. */
  readonly name: string
  readonly on: string
  /** `unknown` for a name in use that nobody knows. */
  readonly status:
    | 'implemented'
    | 'approximated'
    | 'planned'
    | 'refused'
    | 'elsewhere'
    | 'ignored'
    | 'legacy'
    | 'unknown'
  readonly policy: string
  readonly type: string
  readonly default: string
  readonly meaning: string
  readonly differs: string
  readonly instead: string
  /** How many objects use it. */
  readonly uses: number
  /** The first uses, at most 20. */
  readonly places: readonly string[]
}
