// Copies a text, and says so.
import { useState } from 'preact/hooks'
import { Icon } from './icon.tsx'
import { toast } from './toast.tsx'

/** How long the check mark stays. */
const doneMs = 1_500

/**
 * Rejects where the browser forbids it. Over plain HTTP from another machine browsers have no clipboard but the one of the old way: a
 * copy of what is selected, whose text may be replaced.
 */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text)
  const replace = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
  }
  document.addEventListener('copy', replace, { once: true })
  const isDone = document.execCommand('copy')
  document.removeEventListener('copy', replace)
  if (!isDone) throw new Error('the browser has refused')
}

/** `label` says what is copied, "Copy as curl"; it is shown only with `shows`. */
export function CopyButton(props: {
  readonly text: string
  readonly label: string
  readonly shows?: boolean
}) {
  const [isDone, setDone] = useState(false)
  const copy = () =>
    copyText(props.text).then(
      () => {
        setDone(true)
        setTimeout(() => setDone(false), doneMs)
      },
      () => toast('The browser does not let this page copy.', { tone: 'error' }),
    )
  return (
    <button
      type="button"
      class={`copy ${props.shows ? '' : 'plain'}`}
      title={props.label}
      aria-label={isDone ? 'Copied' : props.label}
      onClick={copy}
    >
      <Icon name={isDone ? 'check' : 'copy'} />
      {props.shows && <span>{isDone ? 'Copied' : props.label}</span>}
    </button>
  )
}
