// Keys that work everywhere: `g` and a letter go to a page, `/` searches, `?` says which there are.
import { signal } from '@preact/signals'
import { goTo, hrefTo } from './location.ts'
import { pages } from './pages.ts'
import { switchTheme } from './theme.ts'

export const showsHelp = signal(false)

/** How long after `g` its letter may come. */
const sequenceMs = 1_200
let goesUntil = 0

/** Listens for keys; called once. */
export function listenForShortcuts(): void {
  addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target)) return
    if (event.timeStamp < goesUntil && goToPage(event.key)) event.preventDefault()
    else if (event.key === 'g') goesUntil = event.timeStamp + sequenceMs
    else if (event.key === '/' && focusSearch()) event.preventDefault()
    else if (event.key === '?') showsHelp.value = true
    else if (event.key === 't') switchTheme()
  })
}

function goToPage(key: string): boolean {
  goesUntil = 0
  const page = pages.find(candidate => candidate.key === key)
  if (page !== undefined) goTo(hrefTo(page.path === '' ? [] : [page.path]))
  return page !== undefined
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main [type=search]')
  field?.focus()
  field?.select()
  return field !== null
}

/** Whether keys are for a dialog or a field. A dialog that has closed may have the focus for a moment more. */
function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open]') !== null) return true
  return target instanceof HTMLElement && target.closest('input, textarea, select') !== null
}
