// The navigation: a column beside the page, on a phone a bar above it that opens.
import { useEffect, useState } from 'preact/hooks'
import { connection } from '../live/connection.ts'
import { overview, problems } from '../live/overview.ts'
import { hrefTo } from '../location.ts'
import { type Page, pages } from '../pages.ts'
import { showsHelp } from '../shortcuts.ts'
import { switchTheme, theme } from '../theme.ts'
import { compact, counted } from '../words/figures.ts'
import { Icon } from './icon.tsx'

export function Navigation({ current }: { readonly current: string }) {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => setOpen(false), [current])
  return (
    <header class={`navigation ${isOpen ? 'is-open' : ''}`}>
      <div class="brand">
        <a href="#/" aria-label="Portico, overview">
          <Mark />
          <span>Portico</span>
        </a>
        <button
          type="button"
          class="plain menu"
          aria-expanded={isOpen}
          aria-controls="pages"
          aria-label="Menu"
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? 'close' : 'menu'} />
        </button>
      </div>
      <nav id="pages" aria-label="Pages">
        <ul>
          {pages.map(page => (
            <li key={page.path}>
              <PageLink page={page} isCurrent={page.path === current} />
            </li>
          ))}
        </ul>
      </nav>
      <div class="foot">
        <ConnectionState />
        <div class="tools">
          <ThemeButton />
          <button
            type="button"
            class="plain"
            title="Keyboard shortcuts (?)"
            aria-label="Keyboard shortcuts"
            onClick={() => {
              showsHelp.value = true
            }}
          >
            <Icon name="keyboard" />
          </button>
        </div>
      </div>
    </header>
  )
}

function PageLink({ page, isCurrent }: { readonly page: Page; readonly isCurrent: boolean }) {
  return (
    <a
      href={hrefTo(page.path === '' ? [] : [page.path])}
      aria-current={isCurrent ? 'page' : undefined}
      title={`g ${page.key}`}
    >
      <Icon name={page.icon} />
      <span>{page.title}</span>
      {page.path === 'problems' && <ProblemCount />}
    </a>
  )
}

function ProblemCount() {
  const { error = 0, warning = 0 } = problems.value ?? {}
  if (error + warning === 0) return null
  const count = error > 0 ? error : warning
  const words = counted(count, error > 0 ? 'error' : 'warning')
  return (
    <span class={`count ${error > 0 ? 'is-error' : 'is-warning'}`} title={words}>
      <span aria-hidden="true">{compact(count)}</span>
      <span class="unseen">{words}</span>
    </span>
  )
}

const stateWords = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Connection lost',
  locked: 'Token needed',
  refused: 'No live events',
}

function ConnectionState() {
  const { state } = connection.value
  const version = overview.value?.version
  return (
    <p class={`connection is-${state}`} role="status">
      <span class="dot" />
      {stateWords[state]}
      {version !== undefined && <span class="faint">{version}</span>}
    </p>
  )
}

const themeIcons = { system: 'system', light: 'sun', dark: 'moon' } as const

function ThemeButton() {
  const label = `Colours: ${theme.value}`
  return (
    <button type="button" class="plain" title={`${label} (t)`} aria-label={label} onClick={switchTheme}>
      <Icon name={themeIcons[theme.value]} />
    </button>
  )
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M7 12.5 16 7l9 5.500M9 25V15m4.7 10V15m4.6 10V15M23 25V15M7 25h18" />
    </svg>
  )
}
