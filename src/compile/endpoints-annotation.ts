// The Service annotation that lists endpoints by hand: `portico/endpoints: "127.0.0.1:3000, [::1]:3001, 3002"`.
import { isIPv6 } from 'node:net'
import type { Located } from '../diagnostics/place.ts'
import { porticoPrefix } from '../policies/define-policy.ts'
import type { Service } from '../resources/service.ts'
import type { Endpoint } from '../routing/table.ts'
import type { Say } from './findings.ts'

/** Its key. */
export const endpointsAnnotation = `${porticoPrefix}endpoints`

/** Endpoints listed in a Service's annotation; `undefined` when it has none. Bad entries are left out. */
export function readEndpointsAnnotation(service: Service): readonly Endpoint[] | undefined {
  const text = service.meta.annotations.get(endpointsAnnotation)?.value.trim()
  if (text === undefined || text === '') return undefined
  return entriesOf(text)
    .map(readEndpoint)
    .filter(endpoint => endpoint !== undefined)
}

/** Reports entries that are left out. */
export function checkEndpointsAnnotation({ value, place }: Located<string>, say: Say): void {
  for (const entry of entriesOf(value)) {
    if (readEndpoint(entry) !== undefined) continue
    say(
      'error',
      'endpoints-annotation',
      place,
      `${endpointsAnnotation}: "${entry}" is no address and port; it is left out`,
    )
  }
}

function entriesOf(text: string): string[] {
  const entries = text.split(',').map(entry => entry.trim())
  return entries.filter(entry => entry !== '')
}

/** `host:port`, `[IPv6]:port`, or a port alone on 127.0.0.1. */
function readEndpoint(entry: string): Endpoint | undefined {
  const match = /^(?:(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):)?(\d{1,5})$/.exec(entry)
  if (match === null) return undefined
  const [, v6, name = '127.0.0.1', port] = match
  const number = Number(port)
  if (number < 1 || number > 65535 || (v6 !== undefined && !isIPv6(v6))) return undefined
  return { address: v6 ?? name, port: number }
}
