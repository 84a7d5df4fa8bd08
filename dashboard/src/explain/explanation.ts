// What /api/explain answers (schemas/explanation.json says it for everybody else). A test holds these types against those that
// the server answers by: theirs live among code that is not for browsers.

/** What becomes of a request, and why. Places are `file:line:column`. */
export interface Explanation {
  readonly request: {
    readonly method: string
    readonly scheme: 'http' | 'https'
    readonly authority: string
    readonly target: string
    readonly path?: string
    readonly clientAddress: string
    readonly serverName?: string
  }
  readonly certificate?: {
    readonly handshake: 'ended here' | 'refused' | 'handed on'
    readonly handedOnTo?: string
    readonly certificate?: 'secret' | 'local CA'
    readonly secret?: string
    readonly at?: string
    readonly why: string
  }
  readonly hosts: readonly HostCandidate[]
  readonly paths: readonly PathCandidate[]
  readonly policies?: readonly PolicyStep[]
  readonly canary?: { readonly draw?: number; readonly candidates: readonly CanaryCandidate[] }
  readonly rewrite?: {
    readonly pattern: string
    readonly template: string
    readonly captures: readonly string[]
    readonly from: string
    readonly to: string
  }
  readonly upstream?: UpstreamStep
  readonly sent?: {
    readonly endpoint: string
    readonly protocol: 'HTTP/1.1' | 'HTTP/2'
    readonly tls: boolean
    readonly lines: readonly string[]
  }
  readonly answer?: {
    readonly status: number
    readonly reason: string
    readonly lines: readonly string[]
    readonly body?: string
    readonly advice?: string
    readonly page?: string
  }
  readonly nearest?: readonly NearRule[]
  readonly outcome: {
    readonly kind: 'forwarded' | 'answered' | 'refused' | 'passthrough' | 'handshake-refused'
    readonly status?: number
  }
  readonly verdict: string
  readonly shares?: Shares
}

/** A host of the table that has something to do with the request's. */
export interface HostCandidate {
  readonly host: string
  readonly kind: 'exact' | 'wildcard' | 'regex' | 'every host'
  readonly aliasOf?: string
  readonly taken: boolean
  readonly reason: string
  readonly at?: string
}

/** A rule of the host that was taken. */
export interface PathCandidate {
  readonly path?: string
  readonly type: 'Exact' | 'Prefix' | 'Regex' | 'default backend'
  readonly conditions?: string
  readonly ingress: string
  readonly service?: string
  readonly taken: boolean
  readonly fits: boolean
  readonly reason: string
  readonly at?: string
}

/** A policy that the request meets. */
export interface PolicyStep {
  readonly policy: string
  readonly moment: string
  readonly verdict: 'answered' | 'passed' | 'refused' | 'acts' | 'not-reached'
  readonly does: string
  readonly status?: number
  readonly location?: string
  readonly settings: readonly PolicySetting[]
}

/** What was written for a policy. */
export interface PolicySetting {
  readonly setting: string
  readonly value: unknown
  readonly written?: WrittenText
  readonly unread?: WrittenText
  readonly overruled?: WrittenText
  readonly because?: string
}

/** Text of a manifest. */
export interface WrittenText {
  readonly object: string
  readonly key: string
  readonly text: string
  readonly at: string
}

/** A canary that might have taken the request. */
export interface CanaryCandidate {
  readonly ingress: string
  readonly service: string
  readonly variant?: string
  readonly slice?: { readonly from: number; readonly to: number }
  readonly taken: boolean
  readonly rule: string
  readonly reason: string
  readonly at?: string
}

/** Who gets the request, or would. */
export interface UpstreamStep {
  readonly service: string
  readonly endpoints: readonly {
    readonly address: string
    readonly picked: boolean
    readonly leftOut?: string
    readonly inFlight?: number
  }[]
  readonly notReady: number
  readonly source?: string
  readonly at?: string
  readonly picking?: string
  readonly problem?: string
}

/** A rule that may have been meant. */
export interface NearRule {
  readonly host: string
  readonly path: string
  readonly ingress: string
  readonly why: string
  readonly at?: string
}

/** How often the same request goes where. */
export interface Shares {
  readonly times: number
  readonly outcomes: readonly {
    readonly times: number
    readonly to: string
    readonly variant?: string
    readonly isCanary?: boolean
    readonly endpoint?: string
  }[]
}
