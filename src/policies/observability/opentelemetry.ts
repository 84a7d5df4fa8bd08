// What tracing is told to do. The settings are read, checked and kept; nothing traces yet, and whoever switches it on is
// told so.
import { definePolicy, type Setting } from '../define-policy.ts'
import { booleanSetting, integerSetting, nginxSetting, quote, textSetting } from '../setting-types.ts'

const toCome = 'Read and kept for tracing, which is still to come: no spans are sent.'
const samplers = ['AlwaysOn', 'AlwaysOff', 'TraceIdRatioBased'] as const

/** ingress-nginx: `enable-opentelemetry` and its companions. */
export const opentelemetry = definePolicy('opentelemetry', {
  doc: 'Tracing by OpenTelemetry.',
  settings: {
    enabled: booleanSetting('enable-opentelemetry', {
      scope: 'both',
      default: false,
      doc: 'Whether requests to these paths are traced.',
      differs: toCome,
    }),
    trustsIncomingSpan: booleanSetting('opentelemetry-trust-incoming-span', {
      scope: 'both',
      default: true,
      doc: 'Whether a trace that the client began is continued.',
      differs: toCome,
    }),
    operationName: textSetting('opentelemetry-operation-name', {
      scope: 'both',
      default: undefined,
      doc: 'Name of the span of a request.',
      differs: toCome,
      allowed: /^[\w ${}./:-]+$/,
      characters: 'letters, digits, spaces, dollar signs, braces and _-./:',
    }),
    collectorHost: configText('otlp-collector-host', undefined, 'Host that spans are sent to.'),
    collectorPort: integerSetting('otlp-collector-port', {
      scope: 'config-map',
      default: 4317,
      min: 1,
      max: 65_535,
      doc: 'Port that spans are sent to.',
      differs: toCome,
    }),
    serviceName: configText('otel-service-name', 'nginx', 'Name of the service that spans belong to.'),
    sampler: nginxSetting<(typeof samplers)[number]>(
      'otel-sampler',
      samplers.join(', '),
      { scope: 'config-map', default: 'AlwaysOn', doc: 'Which traces are sent.', differs: toCome },
      written => {
        const sampler = samplers.find(sampler => sampler === written)
        return sampler === undefined
          ? { problem: `${quote(written)} is not one of ${samplers.join(', ')}` }
          : { value: sampler }
      },
    ),
    samplerRatio: nginxSetting<number>(
      'otel-sampler-ratio',
      'number from 0 to 1',
      { scope: 'config-map', default: 0.01, doc: 'Share of the traces that are sent.', differs: toCome },
      written =>
        /^(?:0|1|0?\.\d+|1\.0+|0\.\d+)$/.test(written)
          ? { value: Number(written) }
          : { problem: `${quote(written)} is not a number from 0 to 1` },
    ),
    samplerParentBased: booleanSetting('otel-sampler-parent-based', {
      scope: 'config-map',
      default: true,
      doc: 'Whether a trace that the client began is sampled as the client says.',
      differs: toCome,
    }),
    maxQueueSize: configInteger('otel-max-queuesize', 2048, 'Most spans that wait to be sent.'),
    scheduleDelayMs: configInteger('otel-schedule-delay-millis', 5000, 'Milliseconds between two sendings.'),
    maxExportBatchSize: configInteger('otel-max-export-batch-size', 512, 'Most spans of one sending.'),
  },
  check(settings, written, report) {
    if (settings.enabled && written.has('enabled')) {
      report('enabled', 'is kept for tracing, which is still to come; no spans are sent', 'warning')
    }
    return settings
  },
})

function configText<T extends string | undefined>(
  name: string,
  value: T,
  doc: string,
): Setting<string | undefined> {
  return textSetting(name, {
    scope: 'config-map',
    default: value,
    doc,
    differs: toCome,
    allowed: /^[\w.:/[\]-]+$/,
    characters: 'letters, digits and _.:/[]-',
  })
}

function configInteger(name: string, value: number, doc: string): Setting<number> {
  return integerSetting(name, {
    scope: 'config-map',
    default: value,
    min: 1,
    max: 2_147_483_647,
    doc,
    differs: toCome,
  })
}
