// What stands where there is nothing to show, no answer, or none yet.
import type { ComponentChildren } from 'preact'
import type { ApiError } from '../live/api.ts'
import { Icon, type IconName } from './icon.tsx'

/** Nothing to show; the children say why, and what would change it. */
export function Empty(props: {
  readonly title: string
  readonly icon?: IconName
  readonly children?: ComponentChildren
}) {
  return (
    <div class="empty">
      <Icon name={props.icon ?? 'check'} />
      <p class="title">{props.title}</p>
      {props.children !== undefined && <p>{props.children}</p>}
    </div>
  )
}

/** A question that was not answered. */
export function Failed({ error, reload }: { readonly error: ApiError; readonly reload: () => void }) {
  return (
    <div class="empty is-error" role="alert">
      <Icon name="problems" />
      <p class="title">This could not be loaded</p>
      <p>{error.message}</p>
      <button type="button" onClick={reload}>
        Try again
      </button>
    </div>
  )
}

/** Lines where text will be, as many as will be there about; shown only after a moment, so that fast answers do not flash. */
export function Loading({ lines = 6 }: { readonly lines?: number }) {
  return (
    <div class="loading" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  )
}
