// One way in which ingress-nginx would treat a request differently: what in the manifests causes it, the request that shows it,
// and both answers. Differences are findings; nothing here decides how Portico treats a request.
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Diagnostic, Severity } from '../diagnostics/diagnostic.ts'
import type { Place } from '../diagnostics/place.ts'

/** Code of a difference. */
export type CompatCode = Extract<DiagnosticCode, `compat-${string}`>

/** A request by which a difference can be seen. */
export interface ShowingRequest {
  readonly url: string
  /** Header fields besides those that curl sends. */
  readonly fields: readonly (readonly [name: string, value: string])[]
}

/** A request and what becomes of it here and there, as clauses: `404`, `Service shop/cart:80`. */
export interface Shown {
  readonly request: ShowingRequest
  readonly here: string
  readonly there: string
}

/** What ingress-nginx would do differently with these very manifests. */
export interface Difference {
  /** *warning*: requests get another answer. *note*: only some of them, or a detail of the answer. */
  readonly severity: Exclude<Severity, 'error'>
  readonly code: CompatCode
  readonly place: Place | undefined
  /** `Ingress shop/web`. */
  readonly object: string
  /** What differs and why, as a clause. */
  readonly problem: string
  /** `undefined` where no single request shows it. */
  readonly shown: Shown | undefined
}

/** The same as any other finding, so that every form of output has it. */
export function diagnosticOf({ severity, code, place, object, problem, shown }: Difference): Diagnostic {
  const proof =
    shown === undefined
      ? ''
      : `; \`${curlLine(shown.request)}\` here: ${shown.here}; on ingress-nginx: ${shown.there}`
  return { severity, code, place, object, message: problem + proof }
}

/** A command that sends a request and shows the whole head of its answer. Certificates are not what it is about. */
export function curlLine({ url, fields }: ShowingRequest): string {
  const words = ['curl', url.startsWith('https:') ? '-ki' : '-i']
  for (const [name, value] of fields) words.push('-H', `${name}: ${value}`)
  return [...words, url].map(shellWord).join(' ')
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
