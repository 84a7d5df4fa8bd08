// A chart's templates are many files, and all of them need the same: one finding says it for all.
import { posix } from 'node:path'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'

/**
 * Findings of many files with those about templates joined: one for each chart, and elsewhere one for each directory, placed
 * at its first template of the worst severity. `fileNames` are all that were found.
 */
export function joinTemplates(
  diagnostics: readonly Diagnostic[],
  fileNames: ReadonlySet<string>,
): readonly Diagnostic[] {
  const isTemplate = ({ code }: Diagnostic) => code === 'template-not-rendered'
  const templates = diagnostics.filter(isTemplate)
  if (templates.length === 0) return diagnostics
  const others = diagnostics.filter(diagnostic => !isTemplate(diagnostic))
  const groups = Map.groupBy(templates, ({ place }) => {
    const directory = posix.dirname(place!.document.file)
    return chartOf(directory, fileNames) ?? directory
  })
  return [...others, ...Array.from(groups, ([directory, found]) => joined(directory, found, fileNames))]
}

function joined(directory: string, found: readonly Diagnostic[], fileNames: ReadonlySet<string>): Diagnostic {
  const first = found.find(({ severity }) => severity === 'error') ?? found[0]!
  const isChart = chartOf(directory, fileNames) !== undefined
  const advice = isChart ? `; render it: helm template ${directory} | portico check -` : '; render it first'
  const count = found.length - 1
  const others = count === 1 ? 'another file' : `${count} other files`
  const more = count === 0 ? '' : `, nor in ${others} of ${directory}`
  return { ...first, message: first.message + more + advice }
}

/** The outermost Helm chart that a directory belongs to: charts hold the charts that they depend on. */
function chartOf(directory: string, fileNames: ReadonlySet<string>): string | undefined {
  const parent = posix.dirname(directory)
  const outer = parent === directory ? undefined : chartOf(parent, fileNames)
  return outer ?? (fileNames.has(posix.join(directory, 'Chart.yaml')) ? directory : undefined)
}
