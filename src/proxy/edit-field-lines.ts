// Hot path on routes whose policies change fields: field lines as text, `Name: value\r\n` each, changed one by one.

/**
 * The lines after each was given to the change that `changeFor` names for it: by its name in lower case; `undefined`
 * removes the line, and so does a change that gives `undefined`.
 */
export function editFieldLines(
  lines: string,
  changeFor: (lowerName: string) => ((value: string) => string | undefined) | undefined,
): string {
  let edited = ''
  for (let start = 0; start < lines.length; ) {
    const end = lines.indexOf('\r\n', start) + 2
    const colon = lines.indexOf(':', start)
    const change = changeFor(lines.slice(start, colon).toLowerCase())
    if (change !== undefined) {
      const before = valueIn(lines, colon, end)
      const after = change(before)
      if (after === before) edited += lines.slice(start, end)
      else if (after !== undefined) edited += `${lines.slice(start, colon)}: ${after}\r\n`
    }
    start = end
  }
  return edited
}

/** Value of the first line of that name. */
export function findFieldValue(lines: string, lowerName: string): string | undefined {
  for (let start = 0; start < lines.length; ) {
    const end = lines.indexOf('\r\n', start) + 2
    const colon = lines.indexOf(':', start)
    if (colon - start === lowerName.length && lines.slice(start, colon).toLowerCase() === lowerName)
      return valueIn(lines, colon, end)
    start = end
  }
  return undefined
}

/** Values of all lines of that name as one list (RFC 9110 §5.3); `undefined` when there is none. */
export function joinFieldValues(lines: string, lowerName: string): string | undefined {
  let joined: string | undefined
  for (let start = 0; start < lines.length; ) {
    const end = lines.indexOf('\r\n', start) + 2
    const colon = lines.indexOf(':', start)
    if (colon - start === lowerName.length && lines.slice(start, colon).toLowerCase() === lowerName) {
      const value = valueIn(lines, colon, end)
      joined = joined === undefined ? value : `${joined}, ${value}`
    }
    start = end
  }
  return joined
}

function valueIn(lines: string, colon: number, end: number): string {
  return lines.slice(colon + 1, end - 2).trim()
}
