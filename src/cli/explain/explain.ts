// `portico explain`: what becomes of a request, and why; by the manifests, or as a running instance says.
import type { EndpointMap } from '../../compile/options.ts'
import { type AskedRequest, readAskedRequest, type WrittenRequest } from '../../explain/asked-request.ts'
import { explain as explainRequest } from '../../explain/explain.ts'
import type { Explanation } from '../../explain/explanation.ts'
import { rehearse } from '../../explain/rehearsal.ts'
import { countShares } from '../../explain/shares.ts'
import { isFailure } from '../../explain/verdict.ts'
import { compileAssumingEndpoints, compileOnce } from '../compile-once.ts'
import { problemSummary } from '../diagnostic-order.ts'
import { compileOptionsOf, type TableFlags } from '../flags.ts'
import { createPaint } from '../paint.ts'
import { readPaths } from '../paths.ts'
import { UsageError } from '../usage-error.ts'
import { explainLive } from './explain-live.ts'
import { readExplainArguments } from './read-arguments.ts'
import { renderExplanation } from './render-explanation.ts'

/** Values of the flags of `explain`. */
export interface ExplainFlags extends TableFlags {
  readonly output: 'text' | 'json'
  readonly header: readonly (readonly [name: string, value: string])[]
  readonly cookie: readonly string[]
  readonly sni: string | undefined
  readonly clientIp: string | undefined
  readonly httpsPort: number
  /** `undefined`: once, without shares. */
  readonly repeat: number | undefined
  /** Every Service that nobody lists endpoints for gets one. */
  readonly assumeEndpoints: boolean
  /** As written: the admin port of the instance to ask; `true` for the default one; `undefined`: the manifests are asked. */
  readonly live: string | true | undefined
}

/** Prints the explanation; gives 1 for a request that reaches nobody, else 0. */
export async function explain(words: readonly string[], flags: ExplainFlags): Promise<number> {
  const { method, url, paths, live } = readExplainArguments(words, flags.live)
  const { header: headers, cookie: cookies, sni: serverName, clientIp: clientAddress } = flags
  const written: WrittenRequest = { method, url, headers, cookies, serverName, clientAddress }
  const asked = readAskedRequest(written)
  if ('problem' in asked) throw new UsageError(asked.problem)
  const explanation =
    live === undefined
      ? await explainOffline(asked.value, readPaths(paths, []), flags)
      : await explainLive(written, live, flags.repeat)
  const text =
    flags.output === 'json'
      ? JSON.stringify(explanation, null, 2)
      : renderExplanation(explanation, createPaint(process.stdout)).join('\n')
  process.stdout.write(`${text}\n`)
  return isFailure(explanation.outcome) ? 1 : 0
}

async function explainOffline(
  asked: AskedRequest,
  paths: readonly string[],
  flags: ExplainFlags,
): Promise<Explanation> {
  const options = compileOptionsOf(flags)
  const { table, from, diagnostics, assumed } = flags.assumeEndpoints
    ? await compileAssumingEndpoints(paths, options)
    : { ...(await compileOnce(paths, options)), assumed: [] }
  const problems = problemSummary(diagnostics)
  if (problems !== '') process.stderr.write(`${problems}\n`)
  const { defaultSslCertificate: fallback } = options
  const rehearsal = rehearse(table, { httpsPort: flags.httpsPort })
  try {
    const defaultSecret = fallback && `${fallback.namespace}/${fallback.name}`
    const explanation = sayAssumed(await explainRequest(asked, rehearsal, { from, defaultSecret }), assumed)
    if (flags.repeat === undefined) return explanation
    return { ...explanation, shares: await countShares(asked, rehearsal, flags.repeat) }
  } finally {
    rehearsal.close()
  }
}

/** Endpoints that nobody lists are not to look like a flag's. */
function sayAssumed(explanation: Explanation, assumed: readonly EndpointMap[]): Explanation {
  const { upstream } = explanation
  const isAssumed = assumed.some(
    ({ namespace, service }) => upstream?.service.startsWith(`${namespace}/${service}:`) === true,
  )
  return isAssumed
    ? { ...explanation, upstream: { ...upstream!, source: '--assume-endpoints' } }
    : explanation
}
