// How endpoints are asked whether they are well. Only values: the upstreams of the live table are checked by them.
import { definePolicy } from '../define-policy.ts'
import { countSetting, durationSetting, onServices } from '../portico-settings.ts'
import { porticoSetting, quote } from '../setting-types.ts'

/** Active health checks of a backend's endpoints. */
export const healthCheck = definePolicy('healthCheck', {
  appliesTo: 'upstream',
  doc:
    'Asks every endpoint of a backend by itself, whether there are requests or not; one that is not well gets no requests, ' +
    'unless none is well. Endpoints count as well until a check says otherwise. ' +
    onServices,
  settings: {
    path: porticoSetting<string | undefined>(
      'health-check-path',
      'path',
      {
        default: undefined,
        on: 'both',
        doc:
          'Path and query of a GET request that every endpoint is sent, over a connection of its own and in the version of HTTP ' +
          "that requests are sent in, with the endpoint's address as Host. Switches the checks on.",
      },
      parsePath,
    ),
    grpcService: porticoSetting<string | undefined>(
      'health-check-grpc',
      'service name',
      {
        default: undefined,
        on: 'both',
        doc:
          'Asks by the gRPC health protocol (grpc.health.v1.Health/Check) for this service, or with * for the server as a whole; well is who ' +
          'answers SERVING. In HTTP/2, over a connection of its own. Switches the checks on, in the place of those of health-check-path.',
      },
      parseServiceName,
    ),
    intervalMs: durationSetting('health-check-interval', {
      default: 5_000,
      minMs: 100,
      maxMs: 3_600_000,
      on: 'both',
      doc: 'Time from the end of a check to the beginning of the next.',
    }),
    timeoutMs: durationSetting('health-check-timeout', {
      default: 2_000,
      minMs: 50,
      maxMs: 600_000,
      on: 'both',
      doc: 'Time in which the response head has to come.',
    }),
    healthyThreshold: countSetting('health-check-healthy-threshold', {
      default: 2,
      min: 1,
      max: 100,
      on: 'both',
      doc: 'Checks in a row that have to succeed before an endpoint gets requests again.',
    }),
    unhealthyThreshold: countSetting('health-check-unhealthy-threshold', {
      default: 3,
      min: 1,
      max: 100,
      on: 'both',
      doc: 'Checks in a row that have to fail before an endpoint gets no requests.',
    }),
    statuses: porticoSetting<readonly string[]>(
      'health-check-status',
      'statuses',
      {
        default: Object.freeze(['200-399']),
        on: 'both',
        doc: 'Statuses that count as well: numbers and ranges, separated by commas. Redirects are not followed.',
      },
      parseStatuses,
    ),
  },
  needs: {
    intervalMs: ['path', 'grpcService'],
    timeoutMs: ['path', 'grpcService'],
    healthyThreshold: ['path', 'grpcService'],
    unhealthyThreshold: ['path', 'grpcService'],
    statuses: ['path'],
  },
  check(settings, written, report) {
    if (settings.grpcService !== undefined && written.has('path'))
      report('path', 'has no effect beside health-check-grpc', 'warning')
    return settings
  },
})

/** What is in force for a backend. */
export type HealthCheckSettings = typeof healthCheck.defaults

function parsePath(text: string): { readonly value: string } | { readonly problem: string } {
  return /^\/[\x21-\x7e]*$/.test(text) && !text.includes('#')
    ? { value: text }
    : { problem: `${quote(text)} is not a path; write one like "/healthz"` }
}

/** One octet tells its length in the message. */
function parseServiceName(text: string): { readonly value: string } | { readonly problem: string } {
  return text === '*' || /^[\w.-]{1,127}$/.test(text)
    ? { value: text }
    : { problem: `${quote(text)} is not the name of a service; write one like "shop.v1.Cart", or "*"` }
}

function parseStatuses(text: string): { readonly value: readonly string[] } | { readonly problem: string } {
  const ranges = text.split(',').map(item => item.replace(/\s+/g, ''))
  const wrong = ranges.find(range => !/^[1-5]\d\d(?:-[1-5]\d\d)?$/.test(range) || isReversed(range))
  return wrong === undefined
    ? { value: ranges }
    : { problem: `${quote(wrong)} is no status or range; write "200" or "200-399"` }
}

/** No status is in it: every check would fail. */
function isReversed(range: string): boolean {
  const [from, to = from] = range.split('-')
  return from! > to!
}

/** Whether a status is one of those that count as well. */
export function isWell(statuses: readonly string[], status: number): boolean {
  return statuses.some(range => {
    const [from, to = from] = range.split('-').map(Number)
    return status >= from! && status <= to!
  })
}
