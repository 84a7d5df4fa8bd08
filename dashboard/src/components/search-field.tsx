// A search field whose words are part of the address, so that what was found can be shared.
import { place, setQuery } from '../location.ts'
import { Icon } from './icon.tsx'

/** The words being searched for, in lower case; the query key is `q`. */
export function searchWords(): readonly string[] {
  return (place.value.query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean)
}

/** Whether `text` holds all of `words`, which are in lower case. */
export function holdsAll(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase()
  return words.every(word => lower.includes(word))
}

export function SearchField({ label }: { readonly label: string }) {
  return (
    <div class="search">
      <Icon name="search" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        spellcheck={false}
        value={place.value.query.get('q') ?? ''}
        onInput={event => setQuery({ q: event.currentTarget.value })}
        onKeyDown={event => event.key === 'Escape' && event.currentTarget.blur()}
      />
      <kbd>/</kbd>
    </div>
  )
}
