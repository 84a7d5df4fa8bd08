// What Portico found in the manifests, each with the line it is about.
import { useMemo } from 'preact/hooks'
import type { DiagnosticList, DiagnosticView, ProblemCounts } from '../../../src/admin/api/types.ts'
import { Choice } from '../components/choice.tsx'
import { CutList } from '../components/cut-list.tsx'
import { Empty, Failed, Loading } from '../components/empty.tsx'
import { Finding } from '../components/finding.tsx'
import { PageHead } from '../components/page-head.tsx'
import { holdsAll, SearchField, searchWords } from '../components/search-field.tsx'
import { ShowMore, usePortion } from '../components/show-more.tsx'
import { useApi } from '../live/use-api.ts'
import { useSettled } from '../live/use-settled.ts'
import { place } from '../location.ts'
import { counted } from '../words/figures.ts'
import { CodePage } from './code-page.tsx'

/** `#/problems`, and `#/problems/CODE` for what a code means. */
export function Problems() {
  const code = place.value.parts[1]
  return code === undefined ? <AllProblems /> : <CodePage key={code} code={code} />
}

const events = ['hello', 'applied', 'diagnostics'] as const

function AllProblems() {
  const { answer: first, error, reload } = useApi<DiagnosticList>('/api/diagnostics', events)
  const severity = place.value.query.get('severity') ?? ''
  const words = searchWords().join(' ')
  // Where there are more than Portico tells at once, it is Portico that searches.
  const asked = new URLSearchParams({ ...(severity && { severity }), ...(words && { q: words }) }).toString()
  const settled = useSettled(asked)
  const isCut = first !== undefined && first.total > first.diagnostics.length
  const { answer: searched } = useApi<DiagnosticList>(
    isCut && settled !== '' ? `/api/diagnostics?${settled}` : undefined,
    events,
  )
  const answer = searched ?? first
  const found = useMemo(() => {
    const all = words.split(' ').filter(Boolean)
    return answer?.diagnostics.filter(
      one => (severity === '' || one.severity === severity) && holdsAll(textOf(one), all),
    )
  }, [answer, severity, words])

  return (
    <>
      <PageHead title="Problems" about="What Portico found in the manifests, and what follows from it.">
        <Choice name="severity" label="Severity" options={optionsFor(answer?.counts)} />
        <SearchField label="Search problems" />
      </PageHead>
      {error !== undefined && answer === undefined ? (
        <Failed error={error} reload={reload} />
      ) : found === undefined ? (
        <Loading />
      ) : (
        <>
          <CutList shown={answer?.diagnostics.length ?? 0} total={answer?.total ?? 0} what="problems" />
          <List found={found} isFiltered={severity !== '' || words !== ''} />
        </>
      )}
    </>
  )
}

function optionsFor(counts: ProblemCounts | undefined) {
  const label = (word: string, count: number | undefined) => (count === undefined ? word : `${word} ${count}`)
  const total = counts && counts.error + counts.warning + counts.note
  return [
    { value: '', label: label('All', total) },
    { value: 'error', label: label('Errors', counts?.error) },
    { value: 'warning', label: label('Warnings', counts?.warning) },
    { value: 'note', label: label('Notes', counts?.note) },
  ]
}

function List({
  found,
  isFiltered,
}: {
  readonly found: readonly DiagnosticView[]
  readonly isFiltered: boolean
}) {
  const [shown, more] = usePortion(found, 50)
  if (found.length === 0) {
    return isFiltered ? (
      <Empty title="Nothing is like this" icon="search">
        No problem has all these words and this severity. <a href="#/problems">Show all</a>
      </Empty>
    ) : (
      <Empty title="No problems">Everything in the manifests is served as it is written.</Empty>
    )
  }
  return (
    <>
      <ul class="findings" aria-label={counted(found.length, 'problem')}>
        {shown.map((finding, index) => (
          <Finding
            key={`${finding.code} ${finding.file}:${finding.line}:${finding.column} ${index}`}
            finding={finding}
          />
        ))}
      </ul>
      <ShowMore {...more} />
    </>
  )
}

function textOf({ severity, code, object, message, file = '', line }: DiagnosticView): string {
  return `${severity} ${code} ${object} ${message} ${file}:${line}`
}
