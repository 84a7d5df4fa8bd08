// The part of a hosts file that belongs to Portico: lines between two marks. All other bytes of the file stay as they are.

const begin = '# portico: begin (`portico hosts` writes these lines; edits are lost)'
const end = '# portico: end'
const beginsWith = '# portico: begin'

/** An entry elsewhere in the file for a name of ours: the first one of a file counts. */
export interface OtherEntry {
  /** From 1. */
  readonly line: number
  readonly address: string
  readonly host: string
}

/**
 * The file's text with a block of these lines in the place of the one it has, else at its end; without lines, without a
 * block. Keeps the file's kind of line break. Throws `HostsFileError` for a block that does not end.
 */
export function withBlock(text: string, lines: readonly string[]): string {
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n'
  const { before, after } = splitAtBlock(text)
  if (lines.length === 0) return before + after
  const gap = before === '' || before.endsWith('\n') ? '' : lineBreak
  return before + gap + [begin, ...lines, end, ''].join(lineBreak) + after
}

/** A block of ours was begun and not ended, so that nobody knows which lines are ours. */
export class HostsFileError extends Error {}

function splitAtBlock(text: string): { before: string; after: string } {
  const lines = text.split(/(?<=\n)/)
  const from = lines.findIndex(line => line.startsWith(beginsWith))
  if (from === -1) return { before: text, after: '' }
  const length = lines.slice(from).findIndex(line => line.trimEnd() === end)
  const next = lines.findIndex((line, index) => index > from && line.startsWith(beginsWith))
  // The end of a later block is not this one's: lines of other people's may stand between them.
  if (length === -1 || (next !== -1 && next < from + length))
    throw new HostsFileError(`line ${from + 1} begins a block of portico that does not end; mend it by hand`)
  return { before: lines.slice(0, from).join(''), after: lines.slice(from + length + 1).join('') }
}

/** Entries outside the block that give one of `hosts` another address of the same family. */
export function otherEntries(text: string, hosts: readonly string[], address: string): OtherEntry[] {
  const wanted = new Set(hosts)
  const { before, after } = splitAtBlock(text)
  const blockLines = text.split('\n').length - (before + after).split('\n').length
  const beforeLines = before.split('\n').length - 1
  return (before + after).split('\n').flatMap((line, index) => {
    const [found = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (found === address || found.includes(':') !== address.includes(':')) return []
    const number = index + 1 + (index >= beforeLines ? blockLines : 0)
    const ours = names.map(name => name.toLowerCase()).filter(name => wanted.has(name))
    return ours.map(host => ({ line: number, address: found, host }))
  })
}
