// The two texts that Prometheus reads: its own (0.0.4) and OpenMetrics (1.0.0). They differ in a few words.
import { type Family, joinLabels, type Sample } from './family.ts'

/** How families are written. */
export interface TextFormat {
  readonly contentType: string
  /** The lines before a family's samples. `names`: of all families of the text. */
  head(family: Family, names: ReadonlySet<string>): string
  line(family: Family, sample: Sample): string
  readonly end: string
}

const prometheusText: TextFormat = {
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  head: ({ name, help, type }) => `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`,
  line: (family, sample) => lineOf(family, sample, boundText),
  end: '',
}

const openMetrics: TextFormat = {
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  head(family, names) {
    const { name, help } = family
    const type = openMetricsType(family, names)
    const familyName = type === 'counter' ? withoutTotal(name) : name
    const escaped = escapeHelp(help).replaceAll('"', '\\"')
    return `# TYPE ${familyName} ${type}\n# HELP ${familyName} ${escaped}\n`
  },
  line: (family, sample) => lineOf(family, sample, canonicalBound),
  end: '# EOF\n',
}

/** The text that an Accept field asks for; Prometheus' own where it does not prefer the other. */
export function formatFor(accept = ''): TextFormat {
  const weights = { 'application/openmetrics-text': 0, 'text/plain': 0 }
  for (const entry of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = entry.split(';').map(part => part.trim())
    if (!(type in weights)) continue
    const q = parameters.find(parameter => parameter.startsWith('q='))
    const weight = q === undefined ? 1 : Number(q.slice(2))
    const known = type as keyof typeof weights
    if (weight > weights[known]) weights[known] = weight
  }
  const isAsked = weights['application/openmetrics-text'] > 0
  return isAsked && weights['application/openmetrics-text'] >= weights['text/plain']
    ? openMetrics
    : prometheusText
}

/**
 * OpenMetrics has `_total` at the end of all counters. Those that ingress-nginx names otherwise keep their names, which
 * dashboards ask for, as metrics of unknown type; so do those whose name without it is another metric's.
 */
function openMetricsType({ name, type }: Family, names: ReadonlySet<string>): string {
  if (type !== 'counter') return type
  return name.endsWith('_total') && !names.has(withoutTotal(name)) ? 'counter' : 'unknown'
}

function withoutTotal(name: string): string {
  return name.slice(0, -'_total'.length)
}

function lineOf(
  { name }: Family,
  { suffix, labels, le, value }: Sample,
  textOf: (bound: number) => string,
): string {
  const all = le === undefined ? labels : joinLabels(labels, `le="${textOf(le)}"`)
  const number = value === Infinity ? '+Inf' : value
  return all === '' ? `${name}${suffix} ${number}\n` : `${name}${suffix}{${all}} ${number}\n`
}

/** As Go writes it, and hence ingress-nginx: `0.005`, `10`, `1e+06`, `+Inf`. */
function boundText(bound: number): string {
  if (bound === Infinity) return '+Inf'
  return bound < 1e6 ? String(bound) : bound.toExponential().replace(/\+(\d)$/, '+0$1')
}

/** OpenMetrics asks for a point in whole numbers: `10.0`. */
function canonicalBound(bound: number): string {
  const text = boundText(bound)
  return /^\d+$/.test(text) ? `${text}.0` : text
}

function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}
