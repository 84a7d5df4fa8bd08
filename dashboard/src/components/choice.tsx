// One of a few, as a row of buttons; the choice is part of the address.
import type { ComponentChildren } from 'preact'
import { place, setQuery } from '../location.ts'

export interface Option {
  /** In the address; empty for the default. */
  readonly value: string
  readonly label: ComponentChildren
}

/** `name` is the query key. */
export function Choice(props: {
  readonly name: string
  readonly label: string
  readonly options: readonly Option[]
}) {
  const chosen = place.value.query.get(props.name) ?? ''
  return (
    <fieldset class="choice">
      <legend class="unseen">{props.label}</legend>
      {props.options.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === chosen}
          onClick={() => setQuery({ [props.name]: value })}
        >
          {label}
        </button>
      ))}
    </fieldset>
  )
}
