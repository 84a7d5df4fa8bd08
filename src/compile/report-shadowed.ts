// Finds rules that never get a request, because another rule of their host takes every one of theirs first. Reports only what
// is certain: whether one pattern takes all that another takes can not be told in general.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { conditionsKey } from '../policies/routing/match-conditions.ts'
import { rulePathText } from '../routing/rule-path.ts'
import { sayAbout } from './findings.ts'
import { literalStart } from './literal-start.ts'
import { describeOrigin, type PlannedRoute } from './planned-route.ts'

/** A regex that takes every path with a certain beginning. */
interface Sweep {
  readonly planned: PlannedRoute
  readonly start: string
  /** Whether the beginning has to end with a segment, as in `/api(/|$)(.*)`. */
  readonly isWholeSegments: boolean
  readonly length: number
  readonly order: number
}

/** Reports the rules of one host that get no requests. `planned` is in the order in which the host has them. */
export function reportShadowed(planned: ReadonlyMap<string, PlannedRoute>, diagnostics: Diagnostic[]): void {
  // By beginning, because a host may have thousands of rules.
  const sweeps = Map.groupBy([...planned.values()].flatMap(sweepOf), sweepKey)
  let order = -1
  for (const [key, rule] of planned) {
    order++
    const longer = rule.route.kind === 'prefix' && !key.endsWith('/') ? planned.get(`${key}/`) : undefined
    const winner = longer ?? (sweeps.size === 0 ? undefined : findSweep(sweeps, rule, order))
    if (winner !== undefined) report(rule, winner, diagnostics)
  }
}

/** What follows a plain beginning and lets everything pass. */
const anything = /^(?:\/\?)?(?:\.\*|\(\.\*\)|\(\/\.\*\)\?)?$/
const anythingInSegments = /^\((?:\/\|\$|\$\|\/)\)(?:\.\*|\(\.\*\))?$/

function sweepOf(planned: PlannedRoute, order: number): Sweep[] {
  const { kind, path } = planned.route
  if (kind !== 'regex') return []
  const start = literalStart(path)
  const rest = path.slice(start.length)
  const isWholeSegments = anythingInSegments.test(rest)
  if (!isWholeSegments && !anything.test(rest)) return []
  const length = Buffer.byteLength(path)
  return [{ planned, start: inLowerCase(start), isWholeSegments, length, order }]
}

/** Regexes ignore case. Only ASCII letters are compared so, because requests are matched as bytes. */
function inLowerCase(text: string): string {
  return text.replace(/[A-Z]/g, letter => letter.toLowerCase())
}

function sweepKey({ planned, start }: Sweep): string {
  return keyOf(planned.route, start)
}

/** Rules under different conditions do not take each other's requests. */
function keyOf({ policies }: PlannedRoute['route'], start: string): string {
  return `${conditionsKey(policies.matchConditions)} ${start}`
}

/** The regex that takes every request of a rule before the rule is asked. Exact paths are asked before all others. */
function findSweep(
  sweeps: ReadonlyMap<string, readonly Sweep[]>,
  { route, path }: PlannedRoute,
  order: number,
): PlannedRoute | undefined {
  if (route.kind === 'exact') return undefined
  const isRegex = route.kind === 'regex'
  const text = isRegex ? path.path : rulePathText(path.path)
  const length = isRegex ? Buffer.byteLength(text) : text.length
  const begin = inLowerCase(isRegex ? literalStart(text) : text.replace(/(?<=.)\/$/, ''))
  for (let end = 0; end <= begin.length; end++) {
    const found = sweeps
      .get(keyOf(route, begin.slice(0, end)))
      ?.find(sweep => isAskedBefore(sweep, length, isRegex, order) && takesRest(sweep, begin, isRegex))
    if (found !== undefined) return found.planned
  }
  return undefined
}

/** The longest text is asked first; on a tie a Prefix before a regex, and the earlier regex. */
function isAskedBefore(sweep: Sweep, length: number, isRegex: boolean, order: number): boolean {
  return sweep.length > length || (sweep.length === length && isRegex && sweep.order < order)
}

/** Whether the regex takes what begins with `begin`, which begins with what the regex does. */
function takesRest({ start, isWholeSegments }: Sweep, begin: string, isRegex: boolean): boolean {
  if (!isWholeSegments) return true
  // A Prefix takes whole segments itself.
  return begin.charAt(start.length) === '/' || (!isRegex && begin === start)
}

function report({ route, path }: PlannedRoute, winner: PlannedRoute, diagnostics: Diagnostic[]): void {
  const object = `Ingress ${route.origin.namespace}/${route.origin.ingress}`
  const regex = winner.route.kind === 'regex' ? 'the longer regex ' : ''
  sayAbout(object, diagnostics)(
    'warning',
    'path-shadowed',
    path.place,
    `path ${path.path}: ${describeOrigin(winner.route.origin)} has ${regex}${winner.path.path}, which takes the same requests and has priority; this one gets none`,
  )
}
