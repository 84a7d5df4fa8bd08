// A word with a colour that says how things are. The word alone says it too.
import type { ComponentChildren } from 'preact'

export type Tone = 'ok' | 'warning' | 'error' | 'note' | 'accent' | 'plain'

export function Badge(props: {
  readonly tone: Tone
  readonly title?: string
  readonly children: ComponentChildren
}) {
  return (
    <span class={`badge is-${props.tone}`} title={props.title}>
      {props.children}
    </span>
  )
}
