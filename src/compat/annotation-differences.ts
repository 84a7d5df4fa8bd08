// Annotations that ingress-nginx reads otherwise: what it runs and Portico refuses, what it lets through where Portico closes,
// values for which it drops a whole Ingress, and what it does not know.
import type { Located } from '../diagnostics/place.ts'
import { findSetting } from '../policies/all.ts'
import { type AnySetting, nginxPrefix, porticoPrefix } from '../policies/define-policy.ts'
import { annotationsWithoutEffect } from '../policies/ledger/annotations-without-effect.ts'
import { judgeWithoutEffect } from '../policies/ledger/without-effect.ts'
import type { Ingress } from '../resources/ingress.ts'
import { type CompatInput, requestFor } from './compat-input.ts'
import type { CompatCode, Difference, Shown } from './difference.ts'
import { whatOpens } from './fails-open.ts'
import { type Use, usedNames } from './used-annotations.ts'

/** One for each use that differs; what differs in detail only, once for each name. */
export function findAnnotationDifferences(input: CompatInput): Difference[] {
  return [
    ...input.ingresses.flatMap(ingress =>
      [...ingress.meta.annotations].flatMap(([key, text]) => judge(ingress, key, text) ?? []),
    ),
    ...usedNames(input).flatMap(approximated),
  ]
}

function judge(ingress: Ingress, key: string, text: Located<string>): Difference | undefined {
  if (key.startsWith(porticoPrefix)) return onlyHere(ingress, key, text)
  const name = key.startsWith(nginxPrefix) ? key.slice(nginxPrefix.length) : undefined
  const value = text.value.trim()
  if (name === undefined || value === '') return undefined
  const known = annotationsWithoutEffect.get(key)
  if (known?.isSnippet === true) {
    if (judgeWithoutEffect(known, value) === undefined) return undefined
    const there =
      'what the snippet does, if the ConfigMap has allow-snippet-annotations and annotations-risk-level: Critical; else the Ingress is refused'
    const problem = `${key}: nginx text, which ingress-nginx puts into its configuration and Portico never runs`
    return say(ingress, 'compat-snippet', text, problem, {
      here: 'what the rule says, without the snippet',
      there,
    })
  }
  const setting = findSetting(key)?.setting
  if (setting === undefined) return undefined
  const opened = whatOpens(ingress.meta, name, value)
  if (opened !== undefined)
    return say(ingress, 'compat-fails-open', text, `${key}: ${opened.problem}`, opened)
  const isUnread = isProblem(setting, value)
  const hasVariable = /^(?:permanent|temporal)-redirect$/.test(name) && value.includes('$')
  if ((isUnread && refusing.has(name)) || hasVariable) {
    const problem = `${key}: for this value ingress-nginx does not serve the Ingress at all`
    const here = hasVariable
      ? 'a redirect, with the variable filled in'
      : 'served, as `portico check` says of the value'
    return say(ingress, 'compat-ingress-refused', text, problem, {
      here,
      there: '404, or what the last good version said',
    })
  }
  return undefined
}

function onlyHere(ingress: Ingress, key: string, text: Located<string>): Difference {
  const answers = { here: 'as the annotation says', there: 'as if it were not written' }
  return say(ingress, 'compat-portico-annotation', text, `${key} is read by Portico alone`, answers)
}

function approximated(use: Use): Difference[] {
  if (use.status !== 'approximated' || shownOtherwise.has(use.name)) return []
  const times = use.count === 1 ? '' : ` (first of ${use.count} uses)`
  return [
    {
      severity: 'note',
      code: 'compat-approximated',
      place: use.first.place,
      object: use.on === 'annotation' ? `Ingress ${use.object}` : `ConfigMap ${use.object}`,
      problem: `${use.name}${times}: ${use.remark}`,
      shown: undefined,
    },
  ]
}

function say(
  ingress: Ingress,
  code: CompatCode,
  { place }: Located<string>,
  problem: string,
  answers: Pick<Shown, 'here' | 'there'>,
): Difference {
  const rule = ingress.rules.find(({ paths }) => paths !== undefined)
  const isSecure = ingress.tls.some(({ hosts }) => hosts.some(({ value }) => value === rule?.host))
  const path = rule?.paths?.[0]?.path ?? '/'
  const plain = /^\/[\w.~/-]*$/.test(path) ? path : '/'
  return {
    severity: code === 'compat-portico-annotation' ? 'note' : 'warning',
    code,
    place,
    object: `Ingress ${ingress.meta.namespace}/${ingress.meta.name}`,
    problem,
    shown: { request: requestFor(rule?.host ?? '', plain, isSecure), ...answers },
  }
}

function isProblem(setting: AnySetting, value: string): boolean {
  return /[\r\n]/.test(value) || 'problem' in setting.parse(value)
}

/** Annotations whose bad values keep an Ingress from being synced (validation errors that their parsers return). */
const refusing: ReadonlySet<string> = new Set(
  `permanent-redirect permanent-redirect-code temporal-redirect temporal-redirect-code relative-redirects from-to-www-redirect
  server-alias upstream-vhost x-forwarded-prefix default-backend custom-http-errors load-balance upstream-hash-by
  upstream-hash-by-subset upstream-hash-by-subset-size client-body-buffer-size connection-proxy-header limit-connections
  limit-rps limit-rpm limit-whitelist limit-allowlist auth-type auth-secret-type auth-realm ssl-ciphers ssl-passthrough
  auth-tls-secret auth-tls-error-page auth-tls-pass-certificate-to-upstream auth-tls-match-cn proxy-ssl-secret
  opentelemetry-operation-name`.split(/\s+/),
)

/** Where the manifests meet the difference there is a finding with a request; elsewhere there is none. */
const shownOtherwise: ReadonlySet<string> = new Set(
  [
    'use-regex',
    'rewrite-target',
    'canary',
    'canary-weight',
    'affinity',
    'permanent-redirect',
    'temporal-redirect',
  ].map(name => nginxPrefix + name),
)
