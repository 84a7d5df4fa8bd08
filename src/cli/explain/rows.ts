// Sections of an explanation that are tables: candidates, the one taken marked.
import type { Explanation } from '../../explain/explanation.ts'
import type { PolicyStep } from '../../explain/policy-step.ts'
import { renderColumns } from '../columns.ts'
import type { Line } from './render-explanation.ts'

/** Rules that do not fit, and hosts, beyond so many are only counted. */
const maxLosers = 12

interface Row {
  readonly cells: readonly string[]
  readonly taken: boolean
}

/** Rows in columns, with a mark before each. */
function linesOf(rows: readonly Row[]): Line[] {
  const texts = renderColumns(
    undefined,
    rows.map(({ cells, taken }) => [taken ? '✓' : '·', ...cells]),
  )
  // The mark needs no column of its own width.
  return texts.map((text, index) => ({
    text: text.replace(/^(.)\s+/, '$1 '),
    tone: rows[index]!.taken ? 'taken' : 'lost',
  }))
}

function shortened(lines: readonly Line[], noun: string): Line[] {
  if (lines.length <= maxLosers) return [...lines]
  const left = lines.length - maxLosers
  return [
    ...lines.slice(0, maxLosers),
    { text: `… and ${left} more ${noun} (-o json has them all)`, tone: 'lost' },
  ]
}

/** Which host speaks for the request. */
export function hostRows({ hosts, request }: Explanation): Line[] {
  if (hosts.length === 0)
    return request.path === undefined
      ? []
      : [{ text: 'no rule names it, and there is none for every host', tone: 'bad' }]
  const rows = hosts.map(({ host, aliasOf, taken, reason, at = '' }) => {
    const name = aliasOf === undefined ? host : `${host} (alias of ${aliasOf || '*'})`
    return { cells: [name, reason, at], taken }
  })
  return shortened(linesOf(rows), 'hosts')
}

/** Which rule takes the request. */
export function pathRows({ paths }: Explanation): Line[] {
  const rows = paths.map(({ path, type, conditions, ingress, service, taken, reason, at = '' }) => {
    const asks = conditions === undefined ? '' : ` [${conditions}]`
    const rule = path === undefined ? type : `${type} ${path}${asks}`
    return { cells: [rule, `${ingress} → ${service ?? '404'}`, reason, at], taken }
  })
  const isNone = paths.length > 0 && !paths.some(({ taken }) => taken)
  return [
    ...(isNone ? [{ text: 'no rule of the host takes the path', tone: 'bad' as const }] : []),
    ...shortened(linesOf(rows), 'rules'),
  ]
}

const marks: Readonly<Record<PolicyStep['verdict'], string>> = {
  answered: '✗',
  passed: '✓',
  refused: '-',
  acts: '+',
  'not-reached': ' ',
}

/** What the policies of the rule do, those that are only in force last. */
export function policyRows({ policies = [] }: Explanation): Line[] {
  return policies.flatMap(({ policy, moment, verdict, does, settings }) => {
    const tone = verdict === 'not-reached' ? 'lost' : verdict === 'answered' ? 'bad' : undefined
    const when = verdict === 'not-reached' ? ' (not reached)' : ''
    const head: Line = {
      text: `${marks[verdict]} ${policy}, ${moment}${when}: ${does}`,
      ...(tone && { tone }),
    }
    const written = settings.flatMap(({ setting, written }): Line[] =>
      written === undefined
        ? []
        : [{ text: `    ${setting}  ${written.object}  ${written.at}`, tone: 'lost' }],
    )
    return [head, ...written]
  })
}

/** Which canary takes the request, if one does. */
export function canaryRows({ canary, upstream }: Explanation): Line[] {
  if (canary === undefined) return []
  const rows = canary.candidates.map(({ ingress, service, variant, taken, reason, at = '' }) => {
    const name = variant === undefined ? '' : ` "${variant}"`
    return { cells: [`${ingress}${name} → ${service}`, reason, at], taken }
  })
  const isMain = upstream !== undefined && !canary.candidates.some(({ taken }) => taken)
  return [...linesOf(rows), ...(isMain ? [{ text: '✓ the main backend', tone: 'taken' as const }] : [])]
}

/** Who is behind the backend. */
export function upstreamLines({ upstream }: Explanation): Line[] {
  if (upstream === undefined) return []
  const { service, endpoints, notReady, source, at, picking, problem } = upstream
  const from = source === undefined ? '' : `, by ${source}${at === undefined ? '' : ` ${at}`}`
  const rows = endpoints.map(({ address, picked, leftOut, inFlight }) => {
    const live = inFlight === undefined ? '' : `${inFlight} in flight`
    return { cells: [address, leftOut ?? '', live], taken: picked }
  })
  return [
    { text: `Service ${service}${from}` },
    ...(problem === undefined ? [] : [{ text: problem, tone: 'bad' as const }]),
    ...shortened(linesOf(rows), 'endpoints'),
    ...(notReady === 0 ? [] : [{ text: `  ${notReady} more not ready`, tone: 'lost' as const }]),
    ...(picking === undefined ? [] : [{ text: `picked: ${picking}` }]),
  ]
}

/** What may have been meant. */
export function nearestRows({ nearest = [] }: Explanation): Line[] {
  const cells = nearest.map(({ host, path, ingress, why, at = '' }) => [`${host}${path}`, ingress, why, at])
  return renderColumns(undefined, cells).map(text => ({ text }))
}

/** How often it goes where. */
export function shareRows({ shares }: Explanation): Line[] {
  if (shares === undefined) return []
  const cells = shares.outcomes.map(({ times, to, variant, isCanary, endpoint = '' }) => [
    `${((times / shares.times) * 100).toFixed(1)} %`,
    `${times}`,
    to,
    variant ?? (isCanary === true ? 'canary' : ''),
    endpoint,
  ])
  return [{ text: `of ${shares.times} requests` }, ...renderColumns(undefined, cells).map(text => ({ text }))]
}
