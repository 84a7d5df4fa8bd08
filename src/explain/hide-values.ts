// Heads of messages for people, without what policies take from ConfigMaps: keys of services are often kept there.
import { allPolicies } from '../policies/all.ts'
import type { AnyPolicy } from '../policies/define-policy.ts'
import type { RequestState } from '../proxy/request-state.ts'
import { RecordedRequestEdit, RecordedResponseEdit } from './recorded-edits.ts'

/** The lines of a message that belongs to `request`, with `(not shown)` for values that come from other objects. */
export function hideValues(lines: readonly string[], request: RequestState): readonly string[] {
  const names = namesFromObjects(request)
  if (names.size === 0) return lines
  return lines.map(line => {
    const colon = line.indexOf(':', 1)
    const name = line.slice(0, colon)
    return colon !== -1 && names.has(name.toLowerCase()) ? `${name}: (not shown)` : line
  })
}

function namesFromObjects(request: RequestState): ReadonlySet<string> {
  const { moments, policies } = request.handling
  const onRequest = new RecordedRequestEdit(request.authority, false)
  const onResponse = new RecordedResponseEdit(200, true, false)
  for (const index of [...new Set([...moments.editingRequests, ...moments.editingResponses])]) {
    const policy = allPolicies[index] as AnyPolicy
    if (policy.fieldsFromObjects !== true) continue
    const settings = policies[policy.name as keyof typeof policies] as never
    policy.requestFields?.(settings, request, onRequest)
    policy.responseFields?.(settings, request, onResponse)
  }
  return new Set([...onRequest.names, ...onResponse.names].map(name => name.toLowerCase()))
}
