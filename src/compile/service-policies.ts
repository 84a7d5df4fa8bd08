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
import { nginxPrefix, porticoPrefix } from '../policies/define-policy.ts'
import type { Service } from '../resources/service.ts'
import { checkEndpointsAnnotation, endpointsAnnotation } from './endpoints-annotation.ts'
import { type Say, sayAbout } from './findings.ts'
import { WrittenSettings } from './written-settings.ts'

/** Keys that a Service may carry. */
const serviceAnnotations = [
  endpointsAnnotation,
  ...knownAnnotations.filter(key => findSetting(key)!.setting.on === 'both'),
]

/** How a Service wants to be treated as a backend; the defaults themselves when it does not say. */
export function readServicePolicies(service: Service): UpstreamPolicies {
  return readPolicies(service, () => {})
}

/** Reports what is wrong with the annotations of a Service, and those that belong on an Ingress. */
export function checkServiceAnnotations(service: Service, diagnostics: Diagnostic[]): void {
  const say = sayAbout(`Service ${service.meta.namespace}/${service.meta.name}`, diagnostics)
  for (const [key, text] of service.meta.annotations) {
    if (settingOf(key) !== undefined) continue
    if (key.startsWith(nginxPrefix)) reportMisplaced(key, text, say)
    if (!key.startsWith(porticoPrefix)) continue
    if (key === endpointsAnnotation) checkEndpointsAnnotation(text, say)
    else reportUnknown(key, text, say)
  }
  readPolicies(service, say)
}

function readPolicies(service: Service, say: Say): UpstreamPolicies {
  if (service.meta.annotations.size === 0) return defaultUpstreamPolicies
  const written = new WrittenSettings({ noun: 'annotation', code: 'annotation-value' }, say)
  for (const [key, text] of service.meta.annotations) {
    const known = settingOf(key)
    if (known !== undefined && text.value.trim() !== '') written.add(known, key, text)
  }
  const policies: Record<string, object> = { ...defaultUpstreamPolicies }
  let isDefault = true
  for (const policy of written.policies) {
    policies[policy.name] = written.settingsOf(policy, policy.defaults)
    isDefault = false
  }
  return isDefault ? defaultUpstreamPolicies : (policies as unknown as UpstreamPolicies)
}

function settingOf(key: string): KnownSetting | undefined {
  const known = findSetting(key)
  return known?.setting.on === 'both' ? known : undefined
}

/** ingress-nginx reads none from Services. One that was to guard something guards nothing. */
function reportMisplaced(key: string, { place }: Located<string>, say: Say): void {
  const isGuard = findSetting(key)?.setting.onProblem === 'deny'
  const severity = isGuard ? 'error' : 'warning'
  const advice = 'write it on the Ingress whose rules name the Service'
  say(severity, 'annotation-misplaced', place, `${key} stands on a Service, where nobody reads it; ${advice}`)
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
