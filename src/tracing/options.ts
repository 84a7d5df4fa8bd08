// What tracing is told from outside: flags, and the variables that OpenTelemetry names. Each outranks the ConfigMap.

/** Complete but for what the ConfigMap may say. */
export interface TracingOptions {
  /** Where spans are posted to, whole; requests are traced everywhere then but where an Ingress says no. `undefined`: nobody says. */
  readonly tracesUrl: string | undefined
  /** OTEL_SDK_DISABLED, or OTEL_TRACES_EXPORTER=none: nothing is traced, whatever manifests say. */
  readonly isDisabled: boolean
  /** `service.name`; `undefined`: nobody says. */
  readonly serviceName: string | undefined
  /** Which traces are sent; `undefined`: nobody says. */
  readonly sampling: Sampling | undefined
  readonly serviceVersion: string
}

/** Which traces are sent. */
export interface Sampling {
  /** Share of the traces that begin here, from 0 to 1. */
  readonly ratio: number
  /** Whether a trace that goes on is sampled as the hop before says. */
  readonly isParentBased: boolean
}

/** A variable that can not be obeyed. */
export class TracingOptionsError extends Error {}

const samplers: Readonly<Record<string, 'on' | 'off' | 'ratio'>> = {
  always_on: 'on',
  always_off: 'off',
  traceidratio: 'ratio',
}

/**
 * Reads them; `endpoint` is the flag's base URL, which outranks the variables. What else OpenTelemetry names for OTLP (headers,
 * certificates, timeout, compression) its exporter reads itself. Throws `TracingOptionsError`.
 */
export function readTracingOptions(
  endpoint: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  serviceVersion: string,
): TracingOptions {
  const read = (name: string) => environment[name]?.trim() || undefined
  const { OTEL_SDK_DISABLED: disabled } = environment
  return {
    tracesUrl: tracesUrlOf(
      endpoint,
      read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'),
      read('OTEL_EXPORTER_OTLP_ENDPOINT'),
    ),
    isDisabled: /^true$/i.test(disabled?.trim() ?? '') || read('OTEL_TRACES_EXPORTER') === 'none',
    serviceName: read('OTEL_SERVICE_NAME'),
    sampling: readSampling(read('OTEL_TRACES_SAMPLER'), read('OTEL_TRACES_SAMPLER_ARG')),
    serviceVersion,
  }
}

/** OpenTelemetry's rule: the variable for traces names the URL itself, the general one its base. */
function tracesUrlOf(
  flag: string | undefined,
  forTraces: string | undefined,
  general: string | undefined,
): string | undefined {
  if (flag !== undefined) return tracesUrlBelow(flag)
  if (forTraces !== undefined) return checkedUrl(forTraces, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
  return general && tracesUrlBelow(checkedUrl(general, 'OTEL_EXPORTER_OTLP_ENDPOINT'))
}

/** Where spans are posted to at a collector. */
export function tracesUrlBelow(base: string): string {
  return `${base.replace(/\/+$/, '')}/v1/traces`
}

/** Whether spans can be posted there. */
export function isCollectorUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

function checkedUrl(text: string, variable: string): string {
  if (isCollectorUrl(text)) return text
  throw new TracingOptionsError(
    `${variable} is no URL of a collector; write one like http://localhost:4318, or unset it`,
  )
}

function readSampling(sampler: string | undefined, argument: string | undefined): Sampling | undefined {
  if (sampler === undefined) return undefined
  const isParentBased = sampler.startsWith('parentbased_')
  const kind = samplers[isParentBased ? sampler.slice('parentbased_'.length) : sampler]
  if (kind === undefined)
    throw new TracingOptionsError(
      `OTEL_TRACES_SAMPLER is none of ${Object.keys(samplers).join(', ')}, alone or with parentbased_ before it`,
    )
  return { ratio: kind === 'on' ? 1 : kind === 'off' ? 0 : readRatio(argument), isParentBased }
}

function readRatio(text = '1'): number {
  const ratio = Number(text)
  if (ratio >= 0 && ratio <= 1) return ratio
  throw new TracingOptionsError('OTEL_TRACES_SAMPLER_ARG is no number from 0 to 1')
}
