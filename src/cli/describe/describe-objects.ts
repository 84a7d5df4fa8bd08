// `portico describe KIND NAME`: objects in kubectl's layout, with what Portico makes of them.
import type { Resource } from '../../resources/resource.ts'
import { compileOnce } from '../compile-once.ts'
import { compileOptionsOf, type TableFlags } from '../flags.ts'
import { readLabelSelector } from '../objects/label-selector.ts'
import { type CommandOutput, nothingFound } from '../objects/nothing-found.ts'
import { findObjects, type ObjectScope, readWanted, type WantedObjects } from '../objects/wanted-objects.ts'
import { describeEndpointSlice, describeEndpoints } from './describe-endpoints.ts'
import { describeIngress } from './describe-ingress.ts'
import { describeConfigMap, describeIngressClass, describeSecret } from './describe-others.ts'
import { describeService } from './describe-service.ts'
import { type DescribedManifests, describeManifests } from './described-manifests.ts'
import { TabbedText } from './tabbed-text.ts'

/** Values of the flags of `describe` for objects. */
export interface DescribeObjectsFlags extends TableFlags {
  readonly allNamespaces: boolean
  readonly selector: string | undefined
}

/** Prints the objects that `words` name; gives 1 when one is not there. */
export async function describeObjects(
  words: readonly string[],
  paths: readonly string[],
  flags: DescribeObjectsFlags,
): Promise<number> {
  const wanted = readWanted(words)
  const scope = {
    namespace: flags.allNamespaces ? undefined : (flags.namespace ?? 'default'),
    selector: flags.selector === undefined ? undefined : readLabelSelector(flags.selector),
    takesPrefixes: true,
  }
  // -n says which objects to describe; conflicts with those of other namespaces belong into their descriptions.
  const options = { ...compileOptionsOf(flags), namespace: undefined }
  const { snapshot, table, from, diagnostics } = await compileOnce(paths, options)
  const manifests = describeManifests(snapshot.resources, { table, from }, diagnostics, options.endpointMaps)
  const { stdout, stderr, code } = describeOutput(wanted, manifests, scope)
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  return code
}

/** The descriptions of the wanted objects; 1 when a name was not found. */
export function describeOutput(
  wanted: readonly WantedObjects[],
  manifests: DescribedManifests,
  scope: ObjectScope,
): CommandOutput {
  const found = wanted.map(kind => findObjects(kind, manifests.resources, scope))
  const problems = found.flatMap(kind => kind.problems)
  const pages = found.flatMap(({ objects }) => objects).map(resource => describe(resource, manifests))
  const isEmpty = pages.length === 0 && problems.length === 0
  const lines = isEmpty ? nothingFound(wanted, manifests.resources, scope) : problems
  return {
    stdout: pages.join('\n\n'),
    stderr: lines.map(line => `${line}\n`).join(''),
    code: problems.length > 0 ? 1 : 0,
  }
}

function describe(resource: Resource, manifests: DescribedManifests): string {
  const text = new TabbedText()
  switch (resource.kind) {
    case 'Ingress':
      describeIngress(resource, manifests, text)
      break
    case 'IngressClass':
      describeIngressClass(resource, manifests, text)
      break
    case 'Service':
      describeService(resource, manifests, text)
      break
    case 'Endpoints':
      describeEndpoints(resource, manifests, text)
      break
    case 'EndpointSlice':
      describeEndpointSlice(resource, manifests, text)
      break
    case 'Secret':
      describeSecret(resource, manifests, text)
      break
    case 'ConfigMap':
      describeConfigMap(resource, manifests, text)
  }
  return text.render()
}
