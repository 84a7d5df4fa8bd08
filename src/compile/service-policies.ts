// The annotations of a Service that say how it is treated as a backend, whichever Ingress names it. Every annotation under
// Portico's own prefix is obeyed or reported.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { nearestName } from '../diagnostics/nearest-name.ts'
import type { Located } from '../diagnostics/place.ts'
import {
  defaultUpstreamPolicies,
  findSetting,
  type KnownSetting,
  knownAnnotations,
  type UpstreamPolicies,
} from '../policies/all.ts'
import { type AnyPolicy, porticoPrefix } from '../policies/define-policy.ts'
import type { Service } from '../resources/service.ts'
import { checkEndpointsAnnotation, endpointsAnnotation } from './endpoints-annotation.ts'
import { type Say, sayAbout } from './findings.ts'

/** Keys that a Service may carry. */
const serviceAnnotations = [
  endpointsAnnotation,
  ...knownAnnotations.filter(key => findSetting(key)!.setting.on === 'both'),
]

/** How a Service wants to be treated as a backend; the defaults themselves when it does not say. */
export function readServicePolicies(service: Service): UpstreamPolicies {
  return readPolicies(service, () => {})
}

/** Reports what is wrong with the `portico/` annotations of a Service. */
export function checkServiceAnnotations(service: Service, diagnostics: Diagnostic[]): void {
  const say = sayAbout(`Service ${service.meta.namespace}/${service.meta.name}`, diagnostics)
  for (const [key, text] of service.meta.annotations) {
    if (!key.startsWith(porticoPrefix) || settingOf(key) !== undefined) continue
    if (key === endpointsAnnotation) checkEndpointsAnnotation(text, say)
    else reportUnknown(key, text, say)
  }
  readPolicies(service, say)
}

function readPolicies(service: Service, say: Say): UpstreamPolicies {
  const written = new Map<AnyPolicy, Map<string, Located<string>>>()
  const values = new Map<AnyPolicy, Record<string, unknown>>()
  for (const [key, text] of service.meta.annotations) {
    const known = settingOf(key)
    if (known === undefined || text.value.trim() === '') continue
    const { policy, name, setting } = known
    const settings = values.get(policy) ?? { ...policy.defaults }
    values.set(policy, settings)
    written.set(policy, (written.get(policy) ?? new Map()).set(name, text))
    const parsed = setting.parse(text.value.trim())
    if ('value' in parsed) settings[name] = parsed.value
    else
      say(
        'error',
        'annotation-value',
        text.place,
        `${key}: ${parsed.problem}; ${setting.consequence ?? 'its default is used'}`,
      )
  }
  if (values.size === 0) return defaultUpstreamPolicies
  const policies: Record<string, unknown> = { ...defaultUpstreamPolicies }
  for (const [policy, settings] of values) {
    const texts = written.get(policy)!
    const report = (name: string | number | symbol, problem: string) =>
      say(
        'error',
        'annotation-value',
        texts.get(name as string)?.place,
        `${policy.settings[name].annotation} ${problem}`,
      )
    policies[policy.name] = policy.check?.(settings, texts, report) ?? settings
  }
  return policies as UpstreamPolicies
}

function settingOf(key: string): KnownSetting | undefined {
  const known = findSetting(key)
  return known?.setting.on === 'both' ? known : undefined
}

function reportUnknown(key: string, { place }: Located<string>, say: Say): void {
  if (findSetting(key) !== undefined) {
    say('error', 'annotation-unknown', place, `${key} stands on an Ingress; on a Service it has no effect`)
    return
  }
  const nearest = nearestName(key, serviceAnnotations)
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`
  say('error', 'annotation-unknown', place, `${key} is no annotation of a Service; it has no effect${hint}`)
}
