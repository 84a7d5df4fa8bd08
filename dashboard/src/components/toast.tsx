// Short messages about what was done, with a way back where there is one.
import { signal } from '@preact/signals'
import { Icon } from './icon.tsx'

interface Toast {
  readonly id: number
  readonly text: string
  readonly tone: 'ok' | 'error'
  readonly action: { readonly label: string; run(): void } | undefined
}

/** Long enough to read two sentences and reach the button. */
const shownMs = 8_000
const mostShown = 4

const toasts = signal<readonly Toast[]>([])
let lastId = 0

/** Shows a message for some seconds. `action` (undo, say) ends it. */
export function toast(text: string, options: { tone?: Toast['tone']; action?: Toast['action'] } = {}): void {
  const shown = { id: ++lastId, text, tone: options.tone ?? 'ok', action: options.action }
  toasts.value = [...toasts.value, shown].slice(-mostShown)
  setTimeout(() => dismiss(shown.id), shownMs)
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter(toast => toast.id !== id)
}

/** Where they are shown; stands in the page from the start, so that they are read aloud. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, tone, action }) => (
        <div key={id} class={`toast is-${tone}`}>
          <Icon name={tone === 'ok' ? 'check' : 'problems'} />
          <span>{text}</span>
          {action !== undefined && (
            <button
              type="button"
              onClick={() => {
                action.run()
                dismiss(id)
              }}
            >
              {action.label}
            </button>
          )}
          <button type="button" class="plain" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  )
}
