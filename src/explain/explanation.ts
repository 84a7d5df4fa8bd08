// An explanation of one request, as plain data: what `portico explain -o json` prints and `/api/explain` answers. Its form is
// described in schemas/explanation.json; fields that do not apply are absent.
import type { CanaryChoiceSteps } from './canary-steps.ts'
import type { CertificateChoice } from './certificate-choice.ts'
import type { HostCandidate } from './host-candidates.ts'
import type { Outcome } from './outcome.ts'
import type { PathCandidate } from './path-candidates.ts'
import type { PolicyStep } from './policy-step.ts'
import type { UpstreamStep } from './upstream-step.ts'

/** What becomes of a request, and why. Places are `file:line:col`. */
export interface Explanation {
  readonly request: RequestStep
  /** Over TLS only. */
  readonly certificate?: CertificateChoice
  /** In the order they are asked; empty where no host has to do with it, or none is asked. */
  readonly hosts: readonly HostCandidate[]
  /** The rules of the host that was taken: the one taken first. */
  readonly paths: readonly PathCandidate[]
  /** The policies that the request meets, in order; absent where no rule or default has a say, as in a refused handshake. */
  readonly policies?: readonly PolicyStep[]
  /** Where the rule has canaries. */
  readonly canary?: CanaryChoiceSteps
  /** Where the path is rewritten. */
  readonly rewrite?: RewriteStep
  /** Who gets the request, or would. */
  readonly upstream?: UpstreamStep
  /** What the endpoint would be sent. */
  readonly sent?: SentHead
  /** What the client would be told by Portico itself. */
  readonly answer?: AnswerStep
  /** Rules that may have been meant, where none takes the request. */
  readonly nearest?: readonly NearRule[]
  readonly outcome: Outcome
  /** The outcome as one sentence. */
  readonly verdict: string
  /** Where the request is decided about many times. */
  readonly shares?: Shares
}

/** How often the same request goes where. */
export interface Shares {
  readonly times: number
  /** The most frequent first. */
  readonly outcomes: readonly Share[]
}

/** One way the request goes. */
export interface Share {
  readonly times: number
  /** `namespace/name:port`, or what Portico answers (`404`). */
  readonly to: string
  readonly variant?: string
  readonly isCanary?: boolean
  /** `address:port`. */
  readonly endpoint?: string
}

/** The request as it is decided about. */
export interface RequestStep {
  readonly method: string
  readonly scheme: 'http' | 'https'
  /** The Host field. */
  readonly authority: string
  /** Path and query as sent. */
  readonly target: string
  /** The path as rules are matched by; absent where it is no request. */
  readonly path?: string
  readonly clientAddress: string
  /** What the handshake asks for. */
  readonly serverName?: string
}

/** A path replaced before the request goes out. */
export interface RewriteStep {
  /** The rule's path, a regex. */
  readonly pattern: string
  /** `rewrite-target` as written. */
  readonly template: string
  /** What the groups took, the whole match first. */
  readonly captures: readonly string[]
  readonly from: string
  readonly to: string
}

/** A request head for a backend. */
export interface SentHead {
  /** `address:port`. */
  readonly endpoint: string
  readonly protocol: 'HTTP/1.1' | 'HTTP/2'
  readonly tls: boolean
  /** As they stand on the wire; of HTTP/2 the fields. Values are the client's or the manifests'. */
  readonly lines: readonly string[]
}

/** A response of Portico's own. */
export interface AnswerStep {
  readonly status: number
  /** Why, as a sentence without a full stop. */
  readonly reason: string
  readonly lines: readonly string[]
  /** Text only. */
  readonly body?: string
  /** What to do about it, where it is hardly meant to be so. */
  readonly advice?: string
  /** The Service that is asked for a page in its place (`custom-http-errors`), `namespace/name:port`. */
  readonly page?: string
}

/** A rule that somebody may have meant. */
export interface NearRule {
  readonly host: string
  readonly path: string
  readonly ingress: string
  /** What is near about it. */
  readonly why: string
  readonly at?: string
}
