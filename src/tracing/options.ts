// What tracing is told from outside: flags, and the variables that OpenTelemetry names. Each outranks the ConfigMap. The variables are
// often set for every program of a machine, so that one which says nothing here is told of and keeps nobody from starting.

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
  /** What is said of variables that can not be obeyed as they are, a sentence each. */
  readonly problems: readonly string[]
}

/** Which traces are sent. */
export interface Sampling {
  /** Share of the traces that begin here, from 0 to 1. */
  readonly ratio: number
  /** Whether a trace that goes on is sampled as the hop before says. */
  readonly isParentBased: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads them; `endpoint` is the flag's base URL, which outranks the variables. What else OpenTelemetry names for OTLP (headers,
 * certificates, timeout, compression) its exporter reads itself.
 */
export function readTracingOptions(
  endpoint: string | undefined,
  environment: Environment,
  serviceVersion: string,
): TracingOptions {
  const variables = new Variables(environment)
  const isOff = /^true$/i.test(variables.text('OTEL_SDK_DISABLED') ?? '')
  return {
    tracesUrl: endpoint === undefined ? variables.tracesUrl() : tracesUrlBelow(endpoint),
    isDisabled: isOff || variables.text('OTEL_TRACES_EXPORTER') === 'none',
    serviceName: variables.text('OTEL_SERVICE_NAME'),
    sampling: variables.sampling(),
    serviceVersion,
    problems: variables.problems,
  }
}

/** Where spans are posted to at a collector. */
export function tracesUrlBelow(base: string): string {
  return `${base.replace(/\/+$/, '')}/v1/traces`
}

/** Whether spans can be posted there. */
export function isCollectorUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

const samplers: Readonly<Record<string, 'on' | 'off' | 'ratio'>> = {
  always_on: 'on',
  always_off: 'off',
  traceidratio: 'ratio',
}

/** OpenTelemetry's variables, and what is wrong with them. */
class Variables {
  readonly problems: string[] = []
  readonly #environment: Environment

  constructor(environment: Environment) {
    this.#environment = environment
  }

  /** `undefined` for an empty one, too. */
  text(name: string): string | undefined {
    return this.#environment[name]?.trim() || undefined
  }

  /** OpenTelemetry's rule: the variable for traces names the URL itself, the general one its base. */
  tracesUrl(): string | undefined {
    const forTraces = this.#url('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
    if (forTraces !== undefined) return forTraces.isGrpc ? tracesUrlBelow(forTraces.url) : forTraces.url
    const general = this.#url('OTEL_EXPORTER_OTLP_ENDPOINT')
    return general && tracesUrlBelow(general.url)
  }

  /** One for gRPC may come without a scheme and names gRPC's port; collectors take HTTP beside it. */
  #url(name: string): { readonly url: string; readonly isGrpc: boolean } | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const protocol =
      this.text('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? this.text('OTEL_EXPORTER_OTLP_PROTOCOL')
    const isGrpc = protocol === 'grpc'
    const url = isGrpc && !text.includes('://') ? `http://${text}` : text
    if (!isCollectorUrl(url)) {
      this.problems.push(
        `${name} is no URL of a collector and is passed over; write one like http://localhost:4318`,
      )
      return undefined
    }
    if (!isGrpc) return { url, isGrpc }
    this.problems.push(
      `${name} is one for gRPC; Portico sends spans by HTTP, to port 4318 where it names 4317`,
    )
    return { url: url.replace(/:4317(?=\/|$)/, ':4318'), isGrpc }
  }

  sampling(): Sampling | undefined {
    const sampler = this.text('OTEL_TRACES_SAMPLER')
    if (sampler === undefined) return undefined
    const isParentBased = sampler.startsWith('parentbased_')
    const kind = samplers[isParentBased ? sampler.slice('parentbased_'.length) : sampler]
    if (kind !== undefined)
      return { ratio: kind === 'on' ? 1 : kind === 'off' ? 0 : this.#ratio(), isParentBased }
    this.problems.push(
      `OTEL_TRACES_SAMPLER is passed over: it is none of ${Object.keys(samplers).join(', ')}, alone or with parentbased_ before it`,
    )
    return undefined
  }

  #ratio(): number {
    const text = this.text('OTEL_TRACES_SAMPLER_ARG') ?? '1'
    const ratio = Number(text)
    if (ratio >= 0 && ratio <= 1) return ratio
    this.problems.push('OTEL_TRACES_SAMPLER_ARG is no number from 0 to 1; all traces are sent')
    return 1
  }
}
