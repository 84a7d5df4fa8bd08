// Light, dark, or as the system says; what was chosen is remembered by the browser.
import { signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'

const key = 'portico-theme'
const themes: readonly Theme[] = ['system', 'light', 'dark']

/** What was chosen. */
export const theme = signal<Theme>(storedTheme())
/** Counts up when colours become others, for what draws with them by itself (charts). */
export const colourGeneration = signal(0)

/** Puts the choice into force; called before anything is drawn. */
export function applyTheme(): void {
  const { documentElement } = document
  if (theme.value === 'system') delete documentElement.dataset.theme
  else documentElement.dataset.theme = theme.value
  colourGeneration.value++
}

/** The next of system, light, dark. */
export function switchTheme(): void {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length]!
  try {
    localStorage.setItem(key, theme.value)
  } catch {
    // Storage may be forbidden: the choice lasts as long as the page.
  }
  applyTheme()
}

/** The value of a colour of `base.css`, as charts need it. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => colourGeneration.value++)

function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(key) as Theme | null
    return stored !== null && themes.includes(stored) ? stored : 'system'
  } catch {
    return 'system'
  }
}
