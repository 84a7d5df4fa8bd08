// What a policy may know of a request, and what it may answer. The proxy's request implements this for HTTP/1.1 and
// HTTP/2 alike, and `explain` builds one from a URL, so both get their verdicts from the same functions.
import type { HttpVersion } from '../http/request-head.ts'
import type { TlsFacts } from '../http/tls-facts.ts'

/** One request as policies see it. Reading a field costs something; nothing is computed before it is asked for. */
export interface RequestFacts {
  readonly method: string
  /** Whether the client came over TLS. */
  readonly secure: boolean
  /** Host without port, lower case, no trailing dot; empty when the request named none. */
  readonly host: string
  /** The same as clients know it: a trusted proxy in front may have been asked for another. */
  readonly publicHost: string
  /** Host as received, or as a trusted proxy in front was asked for it, with its port. */
  readonly authority: string
  /** Path and query as received: `/a%20b?x=1`. */
  readonly target: string
  /** Normalised, percent-decoded path (bytes as Latin-1), the one routes are matched by. */
  readonly path: string
  /** What the client spoke, also where a backend is spoken to in another version. */
  readonly version: HttpVersion
  readonly scheme: 'http' | 'https'
  /** The handshake of the connection; `undefined` when it is a plain one. */
  readonly tls: TlsFacts | undefined
  readonly clientAddress: string
  /** What a session cookie is to say of the endpoint that was chosen for a new client; empty for one that stays. */
  readonly newStay: string
  /** Port of the listener the request came to. */
  readonly localPort: number
  /** The client's X-Request-ID, else one of ours. */
  readonly requestId: string
  /** The rule that takes the request; `undefined` when none does. */
  readonly route: RouteFacts | undefined
  /** What the groups of a regex path took, the whole match at 0; empty on routes that do not rewrite. */
  readonly captures: readonly string[]
  /** Status of the error that the backend is asked to answer for; 0 when it is asked for what the client wants. */
  readonly errorStatus: number
  /** The port clients reach HTTPS on; named in redirects unless it is 443. */
  readonly httpsPort: number
  /** Whether a `tls` section names this host, Secret or not. */
  readonly hostHasTls: boolean
  /** First value of a field; `name` in lower case. */
  header(name: string): string | undefined
  /** Value of a cookie, exactly as sent; the first when there are several. */
  cookie(name: string): string | undefined
}

/** A rule as policies see it: the part of a route that has a name. */
export interface RouteFacts {
  /** As in the rule: `foo.com`, `*.foo.com`, or empty for every host. */
  readonly host: string
  /** As written in the rule. */
  readonly path: string
  readonly kind: 'exact' | 'prefix' | 'regex'
  readonly origin: { readonly namespace: string; readonly ingress: string }
  /** `port` is the rule's, number or name. */
  readonly backend: { readonly service: string; readonly port: string } | undefined
}

/** A response made by a policy instead of a backend. */
export interface Answer {
  readonly status: number
  /** Field names and values; framing fields are the listener's business. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Why, for error bodies and `explain`: one sentence without a full stop. */
  readonly reason: string
  /** What metrics and logs call it; from a closed set of words, `policy` where it has none of its own. */
  readonly cause?: string
  /** Name of the policy that answers. Policies leave it out; whoever asks them fills it in (ask.ts). */
  readonly by?: string
  /** Sent instead of an error page; empty text for no content. */
  readonly body?: { readonly contentType: string; readonly text: string }
}
