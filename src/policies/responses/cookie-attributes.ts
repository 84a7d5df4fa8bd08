// Hot path: runs for each Set-Cookie field of a route that rewrites cookies.
// The attributes of a Set-Cookie field as nginx takes them apart and puts them together. Knows no settings.

/**
 * The field's value with the values of some attributes changed; `undefined` when nothing changed, so that a cookie nobody
 * speaks of goes through as it is. `change` gets the name in lower case and the value without the blanks around it.
 */
export function changeCookieAttributes(
  field: string,
  change: (name: string, value: string) => string | undefined,
): string | undefined {
  const parts = field.split(';')
  let hasChanged = false
  // The first part is the cookie itself, whatever its name.
  for (let i = 1; i < parts.length; i++) {
    const part = parts[i]!
    const equals = part.indexOf('=')
    if (equals === -1) continue
    const name = part.slice(0, equals).trim()
    const changed = change(name.toLowerCase(), part.slice(equals + 1).trim())
    if (changed === undefined) continue
    parts[i] = ` ${name}=${changed}`
    hasChanged = true
  }
  return hasChanged ? parts.join(';') : undefined
}
