// What the ConfigMap says about annotations themselves: which may be used, with which words in them, and what they may
// name. Obeyed when manifests are compiled; no request meets it.
import { definePolicy, nginxPrefix, type SettingsOf } from '../define-policy.ts'
import { booleanSetting, nginxSetting, quote } from '../setting-types.ts'

/** From the least to the most. */
const riskLevels = ['Low', 'Medium', 'High', 'Critical'] as const
/** How much harm ingress-nginx thinks the author of an annotation could do by it. */
export type RiskLevel = (typeof riskLevels)[number]

/** ingress-nginx's ConfigMap keys about annotations. */
export const annotationRules = definePolicy('annotationRules', {
  doc: 'Which annotations Ingresses may use. An Ingress that breaks such a rule has all its routes closed with 503; ingress-nginx does not serve it at all.',
  settings: {
    maxRisk: nginxSetting<RiskLevel | undefined>(
      'annotations-risk-level',
      riskLevels.join(', '),
      {
        scope: 'config-map',
        default: undefined,
        onProblem: 'deny',
        doc: 'Closes Ingresses that have an annotation of a higher risk than this, as ingress-nginx rates them.',
        differs:
          'Nothing is closed unless the key is written; ingress-nginx assumes High, which shuts out snippets only.',
      },
      written => {
        const level = riskLevels.find(level => level === written)
        return level === undefined
          ? { problem: `${quote(written)} is not one of ${riskLevels.join(', ')}` }
          : { value: level }
      },
    ),
    forbiddenWords: nginxSetting<readonly string[]>(
      'annotation-value-word-blocklist',
      'list of words',
      {
        scope: 'config-map',
        default: [],
        doc: "Closes Ingresses that have one of these words, separated by commas, anywhere in the value of one of ingress-nginx's annotations.",
      },
      written => ({
        value: written
          .split(',')
          .map(word => word.trim())
          .filter(word => word !== ''),
      }),
    ),
    allowsOtherNamespaces: booleanSetting('allow-cross-namespace-resources', {
      scope: 'config-map',
      default: false,
      doc: 'Whether annotations may name Secrets and ConfigMaps of other namespaces than their Ingress is in.',
    }),
    strictPathTypes: booleanSetting('strict-validate-path-type', {
      scope: 'config-map',
      default: true,
      doc: 'Whether there is a warning for Exact and Prefix paths with characters that ingress-nginx refuses for them.',
      differs: 'The paths are served either way; ingress-nginx refuses the Ingress.',
    }),
  },
})

/** What the ConfigMap says about annotations. */
export type AnnotationRules = SettingsOf<typeof annotationRules.settings>

/** Why an annotation may not be used, as a clause; `undefined` when it may. */
export function annotationProblem(rules: AnnotationRules, key: string, value: string): string | undefined {
  if (!key.startsWith(nginxPrefix)) return undefined
  const { maxRisk, forbiddenWords } = rules
  const risk = riskOf(key.slice(nginxPrefix.length))
  if (maxRisk !== undefined && riskLevels.indexOf(risk) > riskLevels.indexOf(maxRisk)) {
    return `has the risk ${risk}, and annotations-risk-level of the ConfigMap allows ${maxRisk}`
  }
  const word = forbiddenWords.find(word => value.includes(word))
  return word === undefined
    ? undefined
    : `has ${quote(word)} in its value, which annotation-value-word-blocklist of the ConfigMap forbids`
}

const names = (list: string) => list.trim().split(/\s+/)

/** ingress-nginx's own rating; what is not listed is Low. */
const risks: ReadonlyMap<string, RiskLevel> = new Map([
  ...names(`
    app-root rewrite-target permanent-redirect temporal-redirect force-ssl-redirect x-forwarded-prefix
    canary-by-header canary-by-header-value canary-by-header-pattern canary-by-cookie affinity-mode
    session-cookie-name session-cookie-path session-cookie-domain session-cookie-expires session-cookie-max-age
    fastcgi-index fastcgi-params-configmap proxy-next-upstream proxy-body-size proxy-cookie-domain proxy-cookie-path
    proxy-redirect-from proxy-redirect-to custom-headers proxy-ssl-secret proxy-ssl-ciphers
    whitelist-source-range allowlist-source-range denylist-source-range auth-secret auth-realm
    auth-signin-redirect-param auth-response-headers auth-proxy-set-headers auth-request-redirect auth-cache-key
    auth-cache-duration auth-tls-secret auth-tls-verify-client opentelemetry-operation-name
    cors-allow-origin cors-allow-methods cors-allow-headers cors-expose-headers`).map(
    (name): [string, RiskLevel] => [name, 'Medium'],
  ),
  ...names(`
    server-alias upstream-hash-by mirror-target mirror-host auth-url auth-signin auth-tls-error-page auth-tls-match-cn
    proxy-ssl-name modsecurity-transaction-id`).map((name): [string, RiskLevel] => [name, 'High']),
  ...names('modsecurity-snippet configuration-snippet server-snippet stream-snippet auth-snippet').map(
    (name): [string, RiskLevel] => [name, 'Critical'],
  ),
])

/** The risk of an annotation, by its name without prefix. */
function riskOf(name: string): RiskLevel {
  return risks.get(name) ?? 'Low'
}
