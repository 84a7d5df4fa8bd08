// Which requests are traced, and what the ConfigMap says of where spans go. Only values: the proxy begins traces, and
// tracing/ sends spans. Flags and OTEL_* variables outrank the ConfigMap, because its collector is often one of a cluster.
import { definePolicy, type Setting, type SettingsOf } from '../define-policy.ts'
import { booleanSetting, integerSetting, nginxSetting, quote, textSetting } from '../setting-types.ts'
import { parseVariables, type VariableText } from '../values/variables.ts'

const samplers = ['AlwaysOn', 'AlwaysOff', 'TraceIdRatioBased'] as const
/** Port of OTLP over gRPC, which is not spoken here. */
const grpcPort = 4317
/** Port of OTLP over HTTP. */
const httpPort = 4318
const byEnvironment = (variable: string) => `The environment variable ${variable} outranks it.`

const operationNameCharacters = /^[\w ${}./:-]+$/

/** ingress-nginx: `enable-opentelemetry` and its companions. */
export const opentelemetry = definePolicy('opentelemetry', {
  doc:
    'Tracing by OpenTelemetry: a span for each request and one for each attempt to have it answered, sent as OTLP over HTTP. ' +
    'The W3C fields traceparent and tracestate are continued; where nobody traces they go through untouched.',
  settings: {
    enabled: booleanSetting<boolean | undefined>('enable-opentelemetry', {
      scope: 'both',
      default: undefined,
      doc: 'Whether requests to these paths are traced. Where nothing is written they are if `--otlp-endpoint` or OTEL_EXPORTER_OTLP_ENDPOINT names a collector.',
    }),
    trustsIncomingSpan: booleanSetting('opentelemetry-trust-incoming-span', {
      scope: 'both',
      default: true,
      doc: 'Whether a trace that the client began is continued; if not, each request begins one.',
    }),
    operationName: nginxSetting<VariableText | undefined>(
      'opentelemetry-operation-name',
      'text with variables',
      {
        scope: 'both',
        default: undefined,
        doc: 'Name of the span of a request. Without it the name is method and path of the rule, as in "GET /cart".',
        differs:
          'Blanks and the variables of other texts may be used; without it ingress-nginx takes the name of the location.',
        pattern: operationNameCharacters.source,
      },
      parseOperationName,
    ),
    collectorHost: configText('otlp-collector-host', undefined, {
      doc: 'Host that spans are sent to.',
      differs:
        'Spans go to localhost without it. `--otlp-endpoint` and OTEL_EXPORTER_OTLP_ENDPOINT outrank it.',
    }),
    collectorPort: integerSetting('otlp-collector-port', {
      scope: 'config-map',
      default: httpPort,
      min: 1,
      max: 65_535,
      doc: 'Port that spans are sent to.',
      differs: `ingress-nginx speaks OTLP over gRPC, to port ${grpcPort}; Portico speaks it over HTTP, so that ${grpcPort} is read as ${httpPort}, where collectors take that.`,
    }),
    serviceName: configText('otel-service-name', 'portico', {
      doc: 'Name of the service that spans belong to.',
      differs: `ingress-nginx calls itself "nginx". ${byEnvironment('OTEL_SERVICE_NAME')}`,
    }),
    sampler: nginxSetting<(typeof samplers)[number]>(
      'otel-sampler',
      samplers.join(', '),
      {
        scope: 'config-map',
        default: 'AlwaysOn',
        doc: 'Which traces are sent.',
        differs: byEnvironment('OTEL_TRACES_SAMPLER'),
        choices: samplers,
      },
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
      {
        scope: 'config-map',
        default: 0.01,
        doc: 'Share of the traces that are sent by TraceIdRatioBased.',
        differs: byEnvironment('OTEL_TRACES_SAMPLER_ARG'),
      },
      written =>
        /^(?:0|1|0?\.\d+|1\.0+|0\.\d+)$/.test(written)
          ? { value: Number(written) }
          : { problem: `${quote(written)} is not a number from 0 to 1` },
    ),
    samplerParentBased: booleanSetting('otel-sampler-parent-based', {
      scope: 'config-map',
      default: true,
      doc: 'Whether a trace that the client began is sent if the client sends its part.',
      differs: byEnvironment('OTEL_TRACES_SAMPLER'),
    }),
    maxQueueSize: configInteger(
      'otel-max-queuesize',
      2048,
      'Most spans that wait to be sent; those beyond are dropped and counted.',
    ),
    scheduleDelayMs: configInteger('otel-schedule-delay-millis', 5000, 'Milliseconds between two sendings.'),
    maxExportBatchSize: configInteger('otel-max-export-batch-size', 512, 'Most spans of one sending.'),
  },
  check(settings, written, report) {
    if (settings.collectorPort === grpcPort && written.has('collectorPort'))
      report(
        'collectorPort',
        `names the port of OTLP over gRPC; spans go by HTTP to port ${httpPort} of the same host`,
        'note',
      )
    if (settings.maxExportBatchSize > settings.maxQueueSize && written.has('maxExportBatchSize'))
      report('maxExportBatchSize', 'is more than the queue holds; whole queues are sent', 'warning')
    return settings
  },
})

/** What is in force about tracing. */
export type OpentelemetrySettings = SettingsOf<typeof opentelemetry.settings>

/** The collector that the ConfigMap names, as the base URL of OTLP over HTTP. */
export function collectorUrl({ collectorHost, collectorPort }: OpentelemetrySettings): string {
  const host = collectorHost ?? 'localhost'
  const port = collectorPort === grpcPort ? httpPort : collectorPort
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`
}

function parseOperationName(
  written: string,
): { readonly value: VariableText } | { readonly problem: string } {
  if (operationNameCharacters.test(written)) return parseVariables(written)
  return {
    problem: `${quote(written)} has characters other than letters, digits, blanks, dollar signs, braces and _-./:`,
  }
}

function configText<T extends string | undefined>(
  name: string,
  value: T,
  text: { readonly doc: string; readonly differs: string },
): Setting<string | undefined> {
  return textSetting(name, {
    scope: 'config-map',
    default: value,
    ...text,
    allowed: /^[\w.:/[\]-]+$/,
    characters: 'letters, digits and _.:/[]-',
  })
}

function configInteger(name: string, value: number, doc: string): Setting<number> {
  return integerSetting(name, { scope: 'config-map', default: value, min: 1, max: 2_147_483_647, doc })
}
