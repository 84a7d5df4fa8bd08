// One figure with its name, and what to make of it below.
import type { ComponentChildren } from 'preact'
import type { Tone } from './badge.tsx'

export function Stat(props: {
  readonly label: string
  readonly value: ComponentChildren
  readonly tone?: Tone
  readonly href?: string
  readonly children?: ComponentChildren
}) {
  const content = (
    <>
      <span class="label">{props.label}</span>
      <span class="value">{props.value}</span>
      <span class="below">{props.children}</span>
    </>
  )
  const className = `stat is-${props.tone ?? 'plain'}`
  return props.href === undefined ? (
    <div class={className}>{content}</div>
  ) : (
    <a class={className} href={props.href}>
      {content}
    </a>
  )
}
