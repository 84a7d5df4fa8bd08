// The migration report of `check --compat`: how much of what the manifests use is obeyed here, name by name.

import type { CompatReport } from '../../compat/compat-report.ts'
import { curlLine, type Difference } from '../../compat/difference.ts'
import type { Use, UseStatus } from '../../compat/used-annotations.ts'
import { positionOf } from '../../diagnostics/place.ts'
import { placeText } from '../../diagnostics/place-text.ts'
import { ledgerStatuses, shortName } from '../../policies/ledger/ledger.ts'
import { renderColumns } from '../columns.ts'
import { plural } from '../diagnostic-order.ts'

/** What stands below the summary of `check`: the counts, and a table of the names in use. */
export function renderCompat({ differences, uses }: CompatReport): string {
  const summary = `On ingress-nginx: ${plural(differences.length, 'difference')}; ${countText(uses)}`
  return `${[summary, ...(uses.length === 0 ? [] : ['', ...renderUses(uses)])].join('\n')}\n`
}

/** The same for scripts: what `compat` is in the JSON of `check`. */
export function compatJson({ differences, uses }: CompatReport): object {
  return {
    controller: 'ingress-nginx',
    names: countBy(uses, () => 1),
    uses: countBy(uses, ({ count }) => count),
    inUse: uses.map(({ name, on, status, count, first, object, remark }) => {
      const { file, line, column } = positionOf(first.place)
      return { name, on, status, count, first: { file, line, column, object }, remark }
    }),
    differences: differences.map(differenceJson),
  }
}

function differenceJson({ severity, code, place, object, problem, shown }: Difference): object {
  const position = place === undefined ? {} : positionOf(place)
  const request = shown && { ...shown.request, curl: curlLine(shown.request) }
  return { ...position, severity, code, object, problem, request, here: shown?.here, there: shown?.there }
}

const statuses: readonly UseStatus[] = [...ledgerStatuses, 'unknown']

/** `3 of 5 names in use are implemented, 1 approximated, 1 refused (by uses: 7 of 9, 1, 1)`. */
function countText(uses: readonly Use[]): string {
  if (uses.length === 0) return 'no annotation of ingress-nginx is in use'
  const byName = countBy(uses, () => 1)
  const byUse = countBy(uses, ({ count }) => count)
  const others = statuses.slice(1).filter(status => (byName[status] ?? 0) > 0)
  const total = uses.reduce((sum, { count }) => sum + count, 0)
  const names = [
    `${byName.implemented ?? 0} of ${plural(uses.length, 'name')} in use implemented`,
    ...others.map(status => `${byName[status]} ${status}`),
  ]
  const counts = [`${byUse.implemented ?? 0} of ${total}`, ...others.map(status => `${byUse[status]}`)]
  return `${names.join(', ')} (by uses: ${counts.join(', ')})`
}

function countBy(uses: readonly Use[], weight: (use: Use) => number): Partial<Record<UseStatus, number>> {
  const counts: Partial<Record<UseStatus, number>> = {}
  for (const use of uses) counts[use.status] = (counts[use.status] ?? 0) + weight(use)
  return counts
}

function renderUses(uses: readonly Use[]): string[] {
  const cells = uses.map(({ name, status, count, first, remark }) => [
    shortName(name),
    String(count),
    status,
    placeText(first.place),
    firstSentence(remark),
  ])
  return renderColumns(['NAME', 'USES', 'STATUS', 'FIRST', 'HOW IT DIFFERS, OR WHAT TO DO'], cells)
}

/** The findings have the whole of it. */
function firstSentence(text: string): string {
  return /^.*?[.;](?= |$)/.exec(text)?.[0].replace(/;$/, '.') ?? text
}
