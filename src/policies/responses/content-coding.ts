// Hot path: runs for every response of a route with compression.
// Which content coding a client gets (RFC 9110 §12.5.3).

/** Codings that responses can be compressed with. */
export type ContentCoding = 'zstd' | 'br' | 'gzip'

/**
 * The coding out of `offered` that an Accept-Encoding field likes best, the first of them where it likes several alike;
 * `undefined` when it takes none, likes the bytes as they are better, or there is no such field.
 */
export function chooseCoding(
  offered: readonly ContentCoding[],
  acceptEncoding: string | undefined,
): ContentCoding | undefined {
  if (acceptEncoding === undefined || acceptEncoding === '') return undefined
  const weights = readWeights(acceptEncoding)
  let best: ContentCoding | undefined
  let bestWeight = weights.get('identity') ?? 0
  for (const coding of offered) {
    const weight = weights.get(coding) ?? weights.get('*') ?? 0
    // Compressed is preferred to unchanged where both are named alike, but not over another coding.
    if (weight > bestWeight || (best === undefined && weight === bestWeight && weight > 0)) {
      best = coding
      bestWeight = weight
    }
  }
  return best
}

/** Items beyond are not looked at: no client has so many to say. */
const maxItems = 32

function readWeights(list: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>()
  for (const item of list.split(',', maxItems)) {
    const [name = '', ...parameters] = item.split(';').map(part => part.trim().toLowerCase())
    const coding = name === 'x-gzip' ? 'gzip' : name
    if (coding !== '') weights.set(coding, weightOf(parameters))
  }
  return weights
}

/** The weight in thousandths; what can not be read as one counts as a refusal. */
function weightOf(parameters: readonly string[]): number {
  const weight = parameters.find(parameter => parameter.startsWith('q='))
  if (weight === undefined) return 1000
  const value = weight.slice(2)
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(value) ? Math.round(Number(value) * 1000) : 0
}
