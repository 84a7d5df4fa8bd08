// What differs between two rules for the same requests: who answers, and how.

import { isDeepStrictEqual } from 'node:util'
import { placeText } from '../diagnostics/place-text.ts'
import type { SettingProvenance } from '../explain/provenance.ts'
import { valueText } from '../explain/shown-settings.ts'
import { describeCanary } from '../policies/routing/describe-canary.ts'
import { endpointName } from '../routing/endpoint-name.ts'
import { serviceName } from '../routing/service-name.ts'
import type { Backend, Canary, Route, Upstream } from '../routing/table.ts'
import type { Detail } from './change.ts'
import {
  type ChangedSetting,
  compareRequestPolicies,
  compareUpstreamPolicies,
  textsOf,
} from './compare-policies.ts'
import type { Side } from './side.ts'

/** Compares two rules, the one of `before` with the one of `after`; empty: requests are treated alike. */
export function compareRules(before: Route, after: Route, sides: { before: Side; after: Side }): Detail[] {
  const settings = [
    ...compareRequestPolicies(before.policies, after.policies),
    ...compareUpstreamsOf(before.backend, after.backend),
  ]
  return [
    ...compareBackends('service', before.backend, after.backend),
    ...compareCanaries(before.canaries, after.canaries),
    ...compareBackends('stands in for it', before.errorBackends?.standIn, after.errorBackends?.standIn),
    ...compareBackends('makes error pages', before.errorBackends?.pages, after.errorBackends?.pages),
    ...compareTexts('closed', before.denied ?? '', after.denied ?? ''),
    ...settings.map(setting => withPlaces(setting, before, after, sides)),
    // Paths that two guards read differently are refused, so it counts whose guard it is.
    ...(settings.length > 0 ? [] : compareTexts('guarded by', before.guardKey, after.guardKey)),
  ]
}

/** Compares who answers and where; the settings of backends are compared with those of routes. */
export function compareBackends(
  subject: string,
  before: Backend | undefined,
  after: Backend | undefined,
): Detail[] {
  const services = compareTexts(subject, backendText(before), backendText(after))
  const old = before?.upstream
  const now = after?.upstream
  if (old === undefined || now === undefined) return services
  const isOther = services.length > 0
  return [
    ...services,
    ...(isOther ? [] : compareTexts(endpointsOf(subject), endpointsText(old), endpointsText(now))),
    ...compareTexts('sessionAffinity', affinityText(old), affinityText(now)),
    ...compareTexts('appProtocol', old.appProtocol ?? '', now.appProtocol ?? ''),
  ]
}

function endpointsOf(subject: string): string {
  return subject === 'service' ? 'endpoints' : `endpoints of what ${subject}`
}

/** Who it is, and why nobody answers. */
export function backendText(backend: Backend | undefined): string {
  if (backend === undefined) return ''
  const { upstream, problem } = backend
  return upstream === undefined
    ? `${serviceName(backend)} (503: ${problem ?? 'it does not exist'})`
    : serviceName(backend)
}

function endpointsText({ endpoints }: Upstream): string {
  return endpoints.map(endpointName).sort().join(', ')
}

function affinityText({ clientIpAffinitySeconds: seconds }: Upstream): string {
  return seconds === undefined ? '' : `ClientIP, ${seconds} s`
}

function compareUpstreamsOf(before: Backend | undefined, after: Backend | undefined): ChangedSetting[] {
  if (before?.upstream === undefined || after?.upstream === undefined) return []
  return compareUpstreamPolicies(before.upstream.policies, after.upstream.policies)
}

function compareCanaries(before: readonly Canary[], after: readonly Canary[]): Detail[] {
  const old = byName(before)
  const now = byName(after)
  const names = [...new Set([...old.keys(), ...now.keys()])]
  const details = names.flatMap(name => {
    const [one, other] = [old.get(name), now.get(name)]
    const subject = `canary ${name}`
    if (one === undefined || other === undefined)
      return compareTexts(
        subject,
        one ? describeCanary(one.rule) : '',
        other ? describeCanary(other.rule) : '',
      )
    return compareCanary(subject, one, other)
  })
  if (details.length > 0) return details
  return compareTexts('order of canaries', [...old.keys()].join(', '), [...now.keys()].join(', '))
}

function compareCanary(subject: string, before: Canary, after: Canary): Detail[] {
  const { rule: old } = before
  const { rule: now } = after
  const isSame = isDeepStrictEqual(old, now)
  const [one, other] = [describeCanary(old), describeCanary(now)]
  return [
    ...(isSame
      ? []
      : [{ subject, before: one, after: one === other ? `${other}, in another order` : other }]),
    ...compareTexts(`${subject}: keeps its clients`, yesOrNo(before.isSticky), yesOrNo(after.isSticky)),
    ...compareBackends('service', before.backend, after.backend).map(detail => ({
      ...detail,
      subject: `${subject}: ${detail.subject}`,
    })),
    ...compareUpstreamsOf(before.backend, after.backend).map(({ subject: setting, before, after }) => ({
      subject: `${subject}: ${setting}`,
      before,
      after,
    })),
  ]
}

/** Canaries of one Service are told apart by their order. */
function byName(canaries: readonly Canary[]): Map<string, Canary> {
  const named = new Map<string, Canary>()
  for (const canary of canaries) {
    const name = canary.rule.variant ?? serviceName(canary.backend)
    let free = name
    for (let count = 2; named.has(free); count++) free = `${name} #${count}`
    named.set(free, canary)
  }
  return named
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no'
}

/** A detail where two texts differ; empty text is nothing. */
export function compareTexts(subject: string, before: string, after: string): Detail[] {
  return before === after ? [] : [{ subject, before: before || '-', after: after || '-' }]
}

/** The texts as they were written, and where. */
function withPlaces(
  { policy, name, subject, ...texts }: ChangedSetting,
  old: Route,
  now: Route,
  sides: { before: Side; after: Side },
): Detail {
  const before = sides.before.provenance.of(old, [policy]).find(setting => setting.name === name)
  const after = sides.after.provenance.of(now, [policy]).find(setting => setting.name === name)
  if (before === undefined || after === undefined) return { subject, ...texts }
  return {
    subject,
    ...textsOf(valueText(before), valueText(after)),
    beforeAt: placeOf(before),
    afterAt: placeOf(after),
  }
}

function placeOf({ source }: SettingProvenance): string | undefined {
  return source.kind === 'default' ? undefined : placeText(source.place)
}
