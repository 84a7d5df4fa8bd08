// A dialog over the page: the browser's own, which keeps the focus inside and closes at Escape.
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { Icon } from './icon.tsx'

/** Shown while it is rendered; `onClose` is called when somebody closes it. `actions` stand at its foot. */
export function Dialog(props: {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
  readonly actions?: ComponentChildren
}) {
  const titleId = useId()
  const element = useRef<HTMLDialogElement>(null)
  useEffect(() => element.current!.showModal(), [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the key that closes it is Escape, which browsers see to
    <dialog
      ref={element}
      aria-labelledby={titleId}
      onClose={props.onClose}
      onClick={event => event.target === element.current && element.current!.close()}
    >
      <div class="dialog">
        <div class="dialog-head">
          <h2 id={titleId}>{props.title}</h2>
          <button type="button" class="plain" aria-label="Close" onClick={() => element.current!.close()}>
            <Icon name="close" />
          </button>
        </div>
        <div class="body">{props.children}</div>
        {props.actions !== undefined && <div class="dialog-foot">{props.actions}</div>}
      </div>
    </dialog>
  )
}
