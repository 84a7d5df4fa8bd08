// The frame around every page: navigation, connection, shortcuts, messages.
import { useEffect } from 'preact/hooks'
import { ConnectionBanner } from './components/connection-banner.tsx'
import { Empty } from './components/empty.tsx'
import { Navigation } from './components/navigation.tsx'
import { PageHead } from './components/page-head.tsx'
import { ShortcutHelp } from './components/shortcut-help.tsx'
import { Toasts } from './components/toast.tsx'
import { connection } from './live/connection.ts'
import { problems } from './live/overview.ts'
import { place } from './location.ts'
import { pages } from './pages.ts'

export function App() {
  const path = place.value.parts[0] ?? ''
  const page = pages.find(candidate => candidate.path === path)
  const errors = problems.value?.error ?? 0
  const title = page?.title ?? 'Not found'
  useEffect(() => {
    document.title = `${errors === 0 ? '' : `(${errors}) `}${title} · Portico`
  }, [title, errors])
  useEffect(() => scrollTo(0, 0), [path])

  return (
    <>
      {/* No link: the part of the address behind # says which page is shown. */}
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        Skip to content
      </button>
      <Navigation current={path} />
      <main id="content" tabIndex={-1} class={connection.value.state === 'live' ? '' : 'is-stale'}>
        <ConnectionBanner />
        {page === undefined ? (
          <>
            <PageHead title="Not found" />
            <Empty title="There is no such page" icon="problems">
              The address may be of another version. <a href="#/">Back to the overview</a>
            </Empty>
          </>
        ) : (
          <page.component key={page.path} />
        )}
      </main>
      <Toasts />
      <ShortcutHelp />
    </>
  )
}
