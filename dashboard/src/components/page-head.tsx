// The head of a page: its title, what it is about, and what can be done.
import type { ComponentChildren } from 'preact'

export function PageHead(props: {
  readonly title: ComponentChildren
  readonly about?: ComponentChildren
  readonly children?: ComponentChildren
}) {
  return (
    <div class="page-head">
      <div>
        <h1>{props.title}</h1>
        {props.about !== undefined && <p class="muted">{props.about}</p>}
      </div>
      {props.children !== undefined && <div class="tools">{props.children}</div>}
    </div>
  )
}
