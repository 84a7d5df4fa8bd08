// An Ingress in kubectl's layout (kubectl, pkg/describe), followed by what became of it here.

import { describeCanary } from '../../policies/routing/describe-canary.ts'
import type { Ingress, IngressBackend } from '../../resources/ingress.ts'
import { objectKey } from '../../resources/object-meta.ts'
import { settingCells } from '../dump/render-effective.ts'
import { hostPort, listSome, statusAddresses } from '../get/kind-columns.ts'
import type { DescribedManifests, SettingOnRoutes, Use } from './described-manifests.ts'
import { addAnnotations, addEvents, addLabels } from './object-head.ts'
import type { TabbedText } from './tabbed-text.ts'

/** Adds the description of an Ingress. */
export function describeIngress(ingress: Ingress, manifests: DescribedManifests, text: TabbedText): void {
  const { meta, className, tls } = ingress
  const byDefault = backendText(ingress, ingress.defaultBackend, manifests)
  text.add(0, 'Name:', meta.name)
  addLabels(text, meta)
  text.add(0, 'Namespace:', meta.namespace)
  text.add(0, 'Address:', statusAddresses(manifests.plainOf(ingress), true))
  text.add(0, 'Ingress Class:', className?.value ?? '<none>')
  text.add(0, 'Default backend:', byDefault)
  if (tls.length > 0) text.add(0, 'TLS:')
  for (const { hosts, secretName } of tls) {
    const names = hosts.map(({ value }) => value).join(',')
    text.add(1, secretName?.value ? `${secretName.value} terminates ${names}` : `SNI routes ${names}`)
  }
  addRules(ingress, byDefault, manifests, text)
  addAnnotations(text, meta)
  addOutcome(ingress, manifests, text)
  addEvents(text, manifests.findingsOf(ingress))
}

function addRules(
  ingress: Ingress,
  byDefault: string,
  manifests: DescribedManifests,
  text: TabbedText,
): void {
  const rules = ingress.rules.filter(({ paths }) => paths !== undefined)
  text.add(0, 'Rules:')
  text.add(1, 'Host', 'Path', 'Backends')
  text.add(1, '----', '----', '--------')
  for (const { host, paths } of rules) {
    text.add(1, host || '*', '')
    for (const { path, backend } of paths!)
      text.add(2, '', `${path} `, backendText(ingress, backend, manifests))
  }
  if (rules.length === 0) text.add(1, '*', '*', byDefault)
}

/** `web:80 (127.0.0.1:3000,127.0.0.1:3001)`. */
function backendText(
  { meta }: Ingress,
  backend: IngressBackend | undefined,
  { backendOf }: DescribedManifests,
): string {
  if (backend === undefined) return '<default>'
  if (backend.service === undefined)
    return `Kind: ${backend.resource?.kind}, Name: ${backend.resource?.name} (<error: not supported>)`
  const { name, port } = backend.service
  const { upstream, problem } = backendOf(meta.namespace, backend.service).backend
  const named = `${name}:${'number' in port ? port.number : port.name}`
  if (upstream === undefined) return `${named} (<error: ${problem}>)`
  const addresses = upstream.endpoints.map(endpoint => hostPort(endpoint.address, endpoint.port))
  return `${named} (${listSome(addresses, '<none>')})`
}

/** What kubectl can not know: canaries on either side, and rules that lost against others. */
function addOutcome(ingress: Ingress, manifests: DescribedManifests, text: TabbedText): void {
  const key = objectKey(ingress.meta.namespace, ingress.meta.name)
  const canaries = manifests.canariesOn(key).map(use => {
    const { backend, origin } = use.canary!
    const target = `${backend.service}:${backend.port}`
    return `${useText(use)} to ${target} (Ingress ${origin.namespace}/${origin.ingress})`
  })
  if (canaries.length > 0) text.addList(0, 'Canaries:', canaries)
  const mains = manifests.canariesOf(key).map(use => {
    const { namespace, ingress: name } = use.route.origin
    return `${useText(use)} of Ingress ${namespace}/${name}`
  })
  if (mains.length > 0) text.addList(0, 'Canary for:', mains)
  const lost = manifests
    .findingsOf(ingress)
    .filter(({ code }) => code === 'path-conflict' || code === 'tls-conflict' || code === 'alias-conflict')
  if (lost.length > 0)
    text.addList(
      0,
      'Conflicts lost:',
      lost.map(({ message }) => message),
    )
  addSettings(manifests.settingsOf(key), text)
}

function addSettings(settings: readonly SettingOnRoutes[], text: TabbedText): void {
  if (settings.length === 0) return
  text.add(0, 'Policies:')
  text.add(1, 'Setting', 'Value', 'From')
  text.add(1, '-------', '-----', '----')
  for (const { setting, only } of settings) {
    const [name, value, from] = settingCells(setting)
    text.add(1, name, value, only === undefined ? from : `${from}, for ${only.map(useText).join(', ')} alone`)
  }
}

/** `shop.example.com/cart`, `shop.example.com/cart by 30%`; `*` for requests that no host claims. */
export function useText({ route, isFallback, canary }: Use): string {
  const requests = `${route.host || '*'}${isFallback ? ' (other paths)' : route.path}`
  return canary === undefined ? requests : `${requests} by ${describeCanary(canary.rule)}`
}
