// IngressClasses, Secrets and ConfigMaps in kubectl's layout (kubectl, pkg/describe).
import { withoutCredentials } from '../../diagnostics/without-credentials.ts'
import type { ConfigMap } from '../../resources/config-map.ts'
import type { IngressClass } from '../../resources/ingress-class.ts'
import { asRecord } from '../../resources/plain-object.ts'
import type { Secret } from '../../resources/secret.ts'
import type { DescribedManifests } from './described-manifests.ts'
import { addAnnotations, addEvents, addHead, addLabels } from './object-head.ts'
import type { TabbedText } from './tabbed-text.ts'

/** Adds the description of an IngressClass. */
export function describeIngressClass(
  ingressClass: IngressClass,
  manifests: DescribedManifests,
  text: TabbedText,
): void {
  const { meta, controller } = ingressClass
  text.add(0, 'Name:', meta.name)
  addLabels(text, meta)
  addAnnotations(text, meta)
  text.add(0, 'Controller:', controller)
  const { apiGroup, kind, name } = asRecord(asRecord(manifests.plainOf(ingressClass).spec).parameters)
  if (kind !== undefined) {
    text.add(0, 'Parameters:')
    if (apiGroup !== undefined) text.add(1, 'APIGroup:', String(apiGroup))
    text.add(1, 'Kind:', String(kind))
    text.add(1, 'Name:', String(name))
  }
  addEvents(text, manifests.findingsOf(ingressClass))
}

/** Adds the description of a Secret: how long each entry is, never what it says. */
export function describeSecret(secret: Secret, manifests: DescribedManifests, text: TabbedText): void {
  const { meta, type, data } = secret
  addHead(text, meta)
  text.add(0, '')
  text.add(0, 'Type:', type)
  text.add(0, '')
  text.add(0, 'Data')
  text.add(0, '====')
  for (const key of [...data.keys()].sort()) text.add(0, `${key}:`, `${data.get(key)!.bytes.length} bytes`)
  text.add(0, '')
  addEvents(text, manifests.findingsOf(secret))
}

/** Adds the description of a ConfigMap. */
export function describeConfigMap(
  configMap: ConfigMap,
  manifests: DescribedManifests,
  text: TabbedText,
): void {
  const { meta, data } = configMap
  addHead(text, meta)
  text.add(0, '')
  text.add(0, 'Data')
  text.add(0, '====')
  for (const key of [...data.keys()].sort()) {
    text.add(0, `${key}:`)
    text.add(0, '----')
    for (const line of withoutCredentials(data.get(key)!.value).split('\n')) text.add(0, line)
    text.add(0, '')
  }
  addEvents(text, manifests.findingsOf(configMap))
}
