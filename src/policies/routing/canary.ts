// Hot path: runs for every request of a route that has canaries.
// When a request goes to a second backend: by header, cookie or weight. Pairing canaries with routes is not done here.
import { definePolicy } from '../define-policy.ts'
import type { RequestFacts } from '../request-facts.ts'
import {
  booleanSetting,
  headerNameSetting,
  integerSetting,
  nginxSetting,
  quote,
  textSetting,
} from '../setting-types.ts'
import { compileLinearRegex, type LinearRegex } from '../values/linear-regex.ts'

/** Smallest denominator of weights; ingress-nginx ignores smaller ones. */
const minWeightTotal = 100

/** The canary annotations (ingress-nginx: `canary`, `canary-*`). They stand on an Ingress of their own, the canary. */
export const canary = definePolicy('canary', {
  doc: 'Makes an Ingress the alternative of the Ingress with the same host, path and pathType. Order: header, cookie, weight.',
  settings: {
    enabled: booleanSetting('canary', {
      default: false,
      doc: 'Makes this Ingress a canary. Its rules join the equal rules of other Ingresses; without one they do nothing.',
      differs:
        'A rule may have any number of canaries, and they are its own; ingress-nginx has one for each backend. The header rules of all of them are asked first, then the cookie rules, then the weights; of equal ones the oldest Ingress comes first.',
    }),
    header: headerNameSetting('canary-by-header', {
      default: undefined,
      doc: 'Header that decides: "always" takes the canary, "never" leaves it out, anything else asks the next rule.',
    }),
    headerValue: textSetting('canary-by-header-value', {
      default: undefined,
      doc: 'Takes the canary when the header has exactly this value; "always" and "never" lose their meaning.',
      allowed: /^[A-Za-z0-9\-._~/:]+$/,
      characters: 'letters, digits and -._~/:',
    }),
    headerPattern: nginxSetting<string | undefined>(
      'canary-by-header-pattern',
      'regex',
      {
        default: undefined,
        consequence: 'the header rule is left out, cookie and weight decide',
        doc: 'Takes the canary when this regex is found in the header, case-sensitively. Not used beside canary-by-header-value.',
        differs:
          'The syntax is that of RE2: no look-around and no backreferences. ingress-nginx keeps every request with the header on the main backend when the pattern is broken.',
      },
      parseHeaderPattern,
    ),
    cookie: textSetting('canary-by-cookie', {
      default: undefined,
      doc: 'Cookie that decides: "always" takes the canary, "never" leaves it out, anything else asks the next rule.',
      allowed: /^[A-Za-z0-9\-._~/:]+$/,
      characters: 'letters, digits and -._~/:',
    }),
    weight: integerSetting('canary-weight', {
      default: 0,
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      doc: 'Share of the requests that go to the canary, out of canary-weight-total.',
      differs:
        'What the canaries of a rule ask for beyond the whole is cut, from the youngest on, and reported.',
    }),
    weightTotal: integerSetting('canary-weight-total', {
      default: minWeightTotal,
      min: minWeightTotal,
      max: Number.MAX_SAFE_INTEGER,
      doc: 'What canary-weight is a share of; at least 100, less is reported.',
    }),
  },
  check(settings, written, report) {
    const brokenPattern = written.has('headerPattern') && settings.headerPattern === undefined
    if (settings.header === undefined) {
      for (const setting of ['headerValue', 'headerPattern'] as const) {
        if (written.has(setting))
          report(setting, 'needs canary-by-header beside it and has no effect without', 'warning')
      }
    } else if (settings.headerValue !== undefined && written.has('headerPattern')) {
      report('headerPattern', 'has no effect beside canary-by-header-value', 'warning')
    } else if (brokenPattern) {
      // Reading "always" and "never" in place of the pattern would send requests where nobody asked for.
      return { ...settings, header: undefined }
    }
    return settings
  },
})

/** When a canary is taken. `share` adjoins the shares of the canaries before it on the same draw. */
export interface CanaryRule {
  /** Lower case, with `-` for `_`. */
  readonly header: string | undefined
  readonly headerValue: string | undefined
  /** Linear-time regex, searched unanchored and case-sensitively; ignored when `headerValue` is set. */
  readonly headerPattern: string | undefined
  readonly cookie: string | undefined
  /** Its name, and that of the main rule (`portico/variant`): as values of header or cookie they say which one is meant. */
  readonly variant: string | undefined
  readonly mainVariant: string | undefined
  /** The slice of one draw in [0, 1) that goes to this canary; equal ends mean none. */
  readonly share: { readonly from: number; readonly to: number }
}

/** A canary as far as choosing needs to know it. */
export interface CanaryChoice {
  readonly rule: CanaryRule
  readonly backend: { readonly upstream: { readonly endpoints: readonly unknown[] } | undefined }
}

/** The part of a request that canaries look at. */
export type CanaryFacts = Pick<RequestFacts, 'header' | 'cookie'>

/**
 * The canary that takes a request, or `undefined`: the route's own backend. First the header rules of all canaries, then
 * their cookie rules, then the weights. `never` takes that one canary out; one without endpoints is passed over.
 * `random` gives a number in [0, 1) and is asked once, and only when a weight decides.
 */
export function chooseCanary<C extends CanaryChoice>(
  canaries: readonly C[],
  request: CanaryFacts,
  random: () => number,
): C | undefined {
  let weighted = false
  for (const canary of canaries) {
    if (canary.rule.share.to > canary.rule.share.from) weighted = true
    if (hasEndpoints(canary) && headerVerdict(canary.rule, request) === 'take') return canary
  }
  for (const canary of canaries) {
    if (cookieVerdict(canary.rule, request) !== 'take' || !hasEndpoints(canary)) continue
    if (headerVerdict(canary.rule, request) !== 'never') return canary
  }
  return weighted ? chooseByWeight(canaries, request, random()) : undefined
}

function chooseByWeight<C extends CanaryChoice>(
  canaries: readonly C[],
  request: CanaryFacts,
  draw: number,
): C | undefined {
  for (const canary of canaries) {
    const { from, to } = canary.rule.share
    if (draw < from || draw >= to) continue
    if (!hasEndpoints(canary)) return undefined
    const isOut =
      headerVerdict(canary.rule, request) === 'never' || cookieVerdict(canary.rule, request) === 'never'
    return isOut ? undefined : canary
  }
  return undefined
}

/** What one rule of a canary says of a request: take it, leave this canary out, or ask the next rule. */
export type Verdict = 'take' | 'never' | 'next'

/** What the header rule says; `next` where there is none. */
export function headerVerdict(rule: CanaryRule, request: CanaryFacts): Verdict {
  if (rule.header === undefined) return 'next'
  const value = request.header(rule.header)
  if (value === undefined) return 'next'
  if (rule.headerValue !== undefined) return value === rule.headerValue ? 'take' : 'next'
  if (rule.headerPattern !== undefined)
    return headerPatternOf(rule, rule.headerPattern).test(value) ? 'take' : 'next'
  return wordVerdict(rule, value)
}

/** What the cookie rule says; `next` where there is none. */
export function cookieVerdict(rule: CanaryRule, request: CanaryFacts): Verdict {
  return rule.cookie === undefined ? 'next' : wordVerdict(rule, request.cookie(rule.cookie))
}

function wordVerdict({ variant, mainVariant }: CanaryRule, value: string | undefined): Verdict {
  if (value === undefined) return 'next'
  if (value === 'always' || value === variant) return 'take'
  return value === 'never' || value === mainVariant ? 'never' : 'next'
}

/** Whether a canary can take requests at all. */
export function hasEndpoints(canary: CanaryChoice): boolean {
  return canary.backend.upstream !== undefined && canary.backend.upstream.endpoints.length > 0
}

/** Rules are plain data that crosses threads, so each thread compiles a pattern once, at its first use. */
const compiledPatterns = new WeakMap<CanaryRule, LinearRegex>()

function headerPatternOf(rule: CanaryRule, pattern: string): LinearRegex {
  let regex = compiledPatterns.get(rule)
  if (regex === undefined) {
    const compiled = compileLinearRegex(pattern, { ignoreCase: false })
    if ('problem' in compiled) throw new Error(`a header pattern was not checked before: ${pattern}`)
    regex = compiled.regex
    compiledPatterns.set(rule, regex)
  }
  return regex
}

function parseHeaderPattern(written: string): { readonly value: string } | { readonly problem: string } {
  const compiled = compileLinearRegex(written, { ignoreCase: false })
  return 'problem' in compiled ? { problem: `${quote(written)} ${compiled.problem}` } : { value: written }
}
