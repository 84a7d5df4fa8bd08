// The kinds that exist in the API groups Portico reads from, so that a misspelt kind can be told from one that is
// somebody else's. Knows nothing of versions, and of no other groups.
import { kinds } from './kinds.ts'

/** Group → its kinds beside those that are read. Core also has what clients write to files: kubeconfig, errors. */
const otherKinds: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    '',
    new Set([
      'APIGroup',
      'APIResource',
      'APIVersions',
      'Binding',
      'ComponentStatus',
      'Config',
      'DeleteOptions',
      'Event',
      'LimitRange',
      'Namespace',
      'Node',
      'PersistentVolume',
      'PersistentVolumeClaim',
      'Pod',
      'PodStatusResult',
      'PodTemplate',
      'Preferences',
      'RangeAllocation',
      'ReplicationController',
      'ResourceQuota',
      'SerializedReference',
      'ServiceAccount',
      'Status',
    ]),
  ],
  ['networking.k8s.io', new Set(['ClusterCIDR', 'IPAddress', 'NetworkPolicy', 'ServiceCIDR'])],
  [
    'extensions',
    new Set([
      'DaemonSet',
      'Deployment',
      'DeploymentRollback',
      'NetworkPolicy',
      'PodSecurityPolicy',
      'ReplicaSet',
      'ReplicationControllerDummy',
      'Scale',
      'ThirdPartyResource',
    ]),
  ],
  ['discovery.k8s.io', new Set()],
])

/** Whether an apiVersion is of a group that has kinds Portico reads: `v1`, `networking.k8s.io/v1`, … */
export function isReadGroup(apiVersion: string): boolean {
  return otherKinds.has(groupOf(apiVersion))
}

/** Whether a group that {@link isReadGroup} has a kind of this name, or a list of them, that is not read. */
export function isOtherKind(apiVersion: string, kind: string): boolean {
  const known = otherKinds.get(groupOf(apiVersion))
  const single = kind.endsWith('List') ? kind.slice(0, -'List'.length) : kind
  return known?.has(single) === true || (single !== kind && kinds.has(single))
}

/** All names that a misspelt kind of this apiVersion may have meant; kinds that are read come first. */
export function knownKinds(apiVersion: string): readonly string[] {
  return [...kinds.keys(), ...(otherKinds.get(groupOf(apiVersion)) ?? [])]
}

/** Core has no group, but what is no version (`apiVersion: 1` of other programs) is none of its versions either. */
function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  if (slash !== -1) return apiVersion.slice(0, slash)
  return /^v\d/.test(apiVersion) ? '' : apiVersion
}
