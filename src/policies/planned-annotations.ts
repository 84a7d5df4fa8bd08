// The ingress-nginx annotations that are still to be implemented; each is reported. What never will be is in
// annotations-without-effect.ts.
import { nginxPrefix } from './define-policy.ts'

/** An annotation that is not obeyed yet. */
export interface PlannedAnnotation {
  /** Why, as a clause. */
  readonly reason: string
  /** Whether it guards access: a route whose guard can not be obeyed is closed. */
  readonly security: boolean
}

const notYet = 'it is not implemented yet'

function names(list: string): string[] {
  return list.trim().split(/\s+/)
}

interface Group {
  readonly reason: string
  readonly security?: boolean
  readonly names: readonly string[]
}

const groups: readonly Group[] = [
  {
    reason: notYet,
    names: names(`
      ssl-ciphers ssl-prefer-server-ciphers ssl-passthrough`),
  },
  {
    reason: notYet,
    security: true,
    names: names(`
      auth-tls-secret
      auth-tls-match-cn`),
  },
  {
    // These only say how one of the guards above works.
    reason: notYet,
    names: names(`
      auth-tls-verify-client auth-tls-verify-depth auth-tls-error-page auth-tls-pass-certificate-to-upstream`),
  },
]

/** By full annotation key. */
export const plannedAnnotations: ReadonlyMap<string, PlannedAnnotation> = new Map(
  groups.flatMap(({ reason, security = false, names }) =>
    names.map(name => [nginxPrefix + name, { reason, security }] as const),
  ),
)
