// What most often lies behind a message of the YAML parser, which says what it met and not what was meant.

/** In parentheses, to follow the parser's `reason` for giving up at `offset`; empty when nothing is likely. */
export function syntaxHint(reason: string, text: string, offset: number): string {
  const hint = templateHint(text, offset) ?? hintFor(reason, text[offset] ?? '')
  return hint === undefined ? '' : ` (${hint})`
}

/** Chart templates are the most common text in `.yaml` files that is no YAML. */
function templateHint(text: string, offset: number): string | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n', 1)[0]!
  return line.includes('{{') ? 'is this a template? render it first' : undefined
}

function hintFor(reason: string, character: string): string | undefined {
  // Objects one after the other, as many programs write JSON, are neither one JSON value nor YAML documents.
  if (reason.includes('document separator'))
    return 'write a line "---" between one object and the next, or make them the items of a List'
  if (reason.includes('deficient indentation')) return 'is a quote or a bracket before it left open?'
  if (reason.includes('unknown escape sequence')) return 'in single quotes a backslash stands for itself'
  if (reason.includes('implicit key')) return 'is a ":" missing at the end of the line before?'
  if (!reason.includes('bad indentation')) return undefined
  if (/^[@`%]$/.test(character)) return `a value that begins with ${character} needs quotes`
  return character === ':' ? 'a value with ": " in it needs quotes' : undefined
}
