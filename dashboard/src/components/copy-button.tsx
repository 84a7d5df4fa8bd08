// Copies a text, and says so.
import { useState } from 'preact/hooks'
import { Icon } from './icon.tsx'
import { toast } from './toast.tsx'

/** How long the check mark stays. */
const doneMs = 1_500

/** `label` says what is copied, "Copy as curl"; it is shown only with `shows`. */
export function CopyButton(props: {
  readonly text: string
  readonly label: string
  readonly shows?: boolean
}) {
  const [isDone, setDone] = useState(false)
  const copy = () =>
    navigator.clipboard.writeText(props.text).then(
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
