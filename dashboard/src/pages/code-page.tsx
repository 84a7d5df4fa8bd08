// What a diagnostic code means, how to mend it, and where it was found here.
import type { DiagnosticList } from '../../../src/admin/api/types.ts'
import { Empty, Failed, Loading } from '../components/empty.tsx'
import { Finding } from '../components/finding.tsx'
import { Markdown } from '../components/markdown.tsx'
import { PageHead } from '../components/page-head.tsx'
import { ShowMore, usePortion } from '../components/show-more.tsx'
import { useApi } from '../live/use-api.ts'
import { hrefTo } from '../location.ts'

/** The page of a code: `docs/diagnostics/CODE.md`. */
export function CodePage({ code }: { readonly code: string }) {
  const {
    answer: text,
    error,
    reload,
  } = useApi<string>(`/docs/diagnostics/${encodeURIComponent(code)}.md`, [])
  const { answer: list } = useApi<DiagnosticList>(`/api/diagnostics?q=${encodeURIComponent(code)}`, [
    'hello',
    'applied',
    'diagnostics',
  ])
  const found = list?.diagnostics.filter(finding => finding.code === code) ?? []
  const [shown, more] = usePortion(found, 20)
  return (
    <>
      <PageHead title={code} about={<a href={hrefTo(['problems'])}>All problems</a>} />
      {shown.length > 0 && (
        <section class="stack" aria-labelledby="found">
          <h2 id="found">Found here</h2>
          <ul class="findings">
            {shown.map((finding, index) => (
              <Finding key={`${finding.file}:${finding.line}:${finding.column} ${index}`} finding={finding} />
            ))}
          </ul>
          <ShowMore {...more} />
        </section>
      )}
      {error?.status === 404 ? (
        <Empty title="There is no such code" icon="search">
          It may be of another version of Portico.
        </Empty>
      ) : error !== undefined && text === undefined ? (
        <Failed error={error} reload={reload} />
      ) : text === undefined ? (
        <Loading />
      ) : (
        <section class="card">
          <div class="inside">
            <Markdown text={withoutTitle(text)} linkTo={linkTo} />
          </div>
        </section>
      )}
    </>
  )
}

function withoutTitle(text: string): string {
  return text.replace(/^# .*\n/, '')
}

/** Pages link each other by file name; other files are not served. */
function linkTo(target: string): string | undefined {
  const code = /^([a-z0-9-]+)\.md$/.exec(target)?.[1]
  return code === undefined ? undefined : hrefTo(['problems', code])
}
