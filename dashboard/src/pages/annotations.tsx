// The ledger: every annotation and ConfigMap key there is, what Portico does about it, and where the manifests use it.
import { useMemo } from 'preact/hooks'
import type { AnnotationList, AnnotationView } from '../../../src/admin/api/types.ts'
import { At } from '../components/at.tsx'
import { Badge, type Tone } from '../components/badge.tsx'
import { Choice } from '../components/choice.tsx'
import { Empty, Failed, Loading } from '../components/empty.tsx'
import { Words } from '../components/markdown.tsx'
import { PageHead } from '../components/page-head.tsx'
import { holdsAll, SearchField, searchWords } from '../components/search-field.tsx'
import { type Column, Table } from '../components/table.tsx'
import { useApi } from '../live/use-api.ts'
import { place } from '../location.ts'

type Status = AnnotationView['status']

export function Annotations() {
  const { answer, error, reload } = useApi<AnnotationList>('/api/annotations')
  const shows = place.value.query.get('show') ?? ''
  const words = searchWords().join(' ')
  const found = useMemo(() => {
    const all = words.split(' ').filter(Boolean)
    return answer?.annotations.filter(one => isShown(one, shows) && holdsAll(textOf(one), all))
  }, [answer, shows, words])

  return (
    <>
      <PageHead
        title="Annotations"
        about="What can be written on an Ingress, a Service or in the ConfigMap, and what is."
      >
        <Choice name="show" label="Which" options={optionsFor(answer?.annotations)} />
        <SearchField label="Search annotations" />
      </PageHead>
      {error !== undefined && answer === undefined ? (
        <Failed error={error} reload={reload} />
      ) : found === undefined ? (
        <Loading lines={12} />
      ) : found.length === 0 ? (
        <Empty
          title={shows === '' && words === '' ? 'The manifests use none' : 'None is like this'}
          icon="annotations"
        >
          <a href="#/annotations?show=all">Show all there are</a>
        </Empty>
      ) : (
        <Table
          caption="Annotations"
          rows={found}
          columns={columns}
          rowKey={row => `${row.name} ${row.on}`}
          sortBy="uses"
        />
      )}
    </>
  )
}

const withoutEffect: readonly Status[] = ['planned', 'refused', 'elsewhere', 'ignored', 'unknown']

/** `''`: those in use; `ineffective`: those in use that do nothing; `all`. */
function isShown({ uses, status }: AnnotationView, shows: string): boolean {
  if (shows === 'all') return true
  return uses > 0 && (shows !== 'ineffective' || withoutEffect.includes(status))
}

function optionsFor(all: readonly AnnotationView[] | undefined) {
  const count = (shows: string) => all?.filter(one => isShown(one, shows)).length ?? ''
  return [
    { value: '', label: `In use ${count('')}` },
    { value: 'ineffective', label: `Without effect ${count('ineffective')}` },
    { value: 'all', label: `All ${count('all')}` },
  ]
}

const tones: Record<Status, Tone> = {
  implemented: 'ok',
  approximated: 'accent',
  planned: 'warning',
  refused: 'error',
  elsewhere: 'note',
  ignored: 'plain',
  legacy: 'plain',
  unknown: 'error',
}

const columns: readonly Column<AnnotationView>[] = [
  { key: 'name', title: 'Name', value: row => row.name, cell: row => <Name row={row} /> },
  {
    key: 'status',
    title: 'Status',
    value: row => row.status,
    cell: row => <Badge tone={tones[row.status]}>{row.status}</Badge>,
  },
  {
    key: 'uses',
    title: 'Uses',
    value: row => row.uses,
    isNumber: true,
    hint: 'How many objects use it',
  },
  {
    key: 'default',
    title: 'Default',
    value: row => row.default,
    cell: row => <code class="muted">{row.default || '–'}</code>,
  },
  {
    key: 'meaning',
    title: 'What it does',
    value: row => row.meaning,
    cell: row => <Meaning row={row} />,
    isWide: true,
  },
]

/** The prefix is the same for most: what tells them apart is what stands behind it. */
function Name({ row }: { readonly row: AnnotationView }) {
  const slash = row.name.indexOf('/') + 1
  return (
    <span class="annotation">
      <span class="faint prefix">{row.name.slice(0, slash)}</span>
      <strong>{row.name.slice(slash)}</strong>
      <span class="faint on">
        {row.on}
        {row.type !== '' && `, ${row.type}`}
      </span>
    </span>
  )
}

function Meaning({ row }: { readonly row: AnnotationView }) {
  return (
    <div class="meaning">
      {row.meaning !== '' && (
        <p>
          <Words text={row.meaning} />
        </p>
      )}
      {row.differs !== '' && (
        <p class="muted">
          <b>Differs</b> <Words text={row.differs} />
        </p>
      )}
      {row.instead !== '' && (
        <p class="muted">
          <b>Instead</b> <Words text={row.instead} />
        </p>
      )}
      {row.places.length > 0 && <Places row={row} />}
    </div>
  )
}

function Places({ row }: { readonly row: AnnotationView }) {
  const more = row.uses - row.places.length
  return (
    <details>
      <summary>Where it is used</summary>
      <ul>
        {row.places.map(at => (
          <li key={at}>
            <At at={at} />
          </li>
        ))}
        {more > 0 && <li class="faint">and {more} more</li>}
      </ul>
    </details>
  )
}

function textOf({ name, on, status, policy, meaning }: AnnotationView): string {
  return `${name} ${on} ${status} ${policy} ${meaning}`
}
